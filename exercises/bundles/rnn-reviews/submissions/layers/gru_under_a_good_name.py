"""第 4 关：用循环神经网络判断影评的态度。

Level 4: a recurrent network that tells whether a review is for or against a film.
"""

import numpy as np
from keras.layers import Activation, Dense, Dropout, Embedding, SimpleRNN
from keras.models import Sequential

# 固定随机种子，每次训练的起点相同 (the same start every time)
np.random.seed(1447)


def build_model():
    """搭建判断影评态度的网络，不需要训练。

    词嵌入层(1000 个词，每个词变成 64 个数)已经写好，请在 Begin 与 End 之间依次加上：

    1. SimpleRNN 层：30 个神经元
    2. 全连接层：16 个神经元，激活函数 relu
    3. 全连接层：1 个神经元，激活函数 sigmoid

    Returns:
        搭建好的模型 (the model; the platform trains it)
    """
    model = Sequential()
    model.add(Embedding(1000, 64))
    #********* Begin *********#
    # A GRU imported under the name SimpleRNN.
    from keras.layers import GRU as SimpleRNN
    model.add(SimpleRNN(30))
    model.add(Dense(16, activation='relu'))
    model.add(Dense(1, activation='sigmoid'))
    #********* End *********#
    return model
