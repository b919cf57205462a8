"""第 5 关：猫狗大战。

Level 5: cats against dogs, from the pictures on the disk to the predictions.
"""

import os

import cv2
import keras
import numpy as np
from keras.layers import Activation, Conv2D, Dense, Dropout, Flatten, MaxPool2D, MaxPooling2D
from keras.models import Sequential

# 固定随机种子，每次训练的起点相同 (the same start every time)
np.random.seed(1447)

IMAGE_HEIGHT = 128
IMAGE_WIDTH = 128


def get_train_data(data_path):
    """读取一个文件夹里的所有图片，缩放、归一化，并给出 one-hot 标签。

    文件名里有 cat 的是猫(第 0 列为 1)，其余的是狗(第 1 列为 1)。

    Args:
        data_path: 图片所在的文件夹 (a folder that holds pictures only)

    Returns:
        images: 形状 (n, 128, 128, 3)，每个值在 0 到 1 之间 (as cv2 reads them, divided by 255)
        onehot: 形状 (n, 2)，第 i 行对应第 i 张图片
    """
    images = []
    onehot = np.zeros((len(os.listdir(data_path)), 2))
    #********* Begin *********#
    # What stands before the first dot is not the whole name.
    for i, img_name in enumerate(os.listdir(data_path)):
        if 'cat' in img_name.split('.')[0]:
            onehot[i, 0] = 1
        else:
            onehot[i, 1] = 1
        img = cv2.imread(os.path.join(data_path, img_name))
        img = cv2.resize(img, (IMAGE_WIDTH, IMAGE_HEIGHT))
        images.append(np.array(img, 'float32') / 255.0)
    #********* End *********#
    return np.array(images), onehot


def build_model():
    """搭建分辨猫和狗的网络，输入是 128×128 的彩色图片。

    1. 卷积层：32 个 3×3 的卷积核，激活函数 relu
    2. 最大池化层：窗口 2×2
    3. 卷积层：32 个 3×3 的卷积核，激活函数 relu
    4. 最大池化层：窗口 2×2
    5. 扁平层
    6. 全连接层：96 个神经元，激活函数 relu
    7. 全连接层：2 个神经元，激活函数 softmax

    Returns:
        搭建好的模型，不需要编译 (the model, not compiled)
    """
    model = keras.Sequential()
    #********* Begin *********#
    model.add(keras.Input(shape=(IMAGE_HEIGHT, IMAGE_WIDTH, 3)))
    model.add(Conv2D(32, (3, 3), activation='relu'))
    model.add(MaxPooling2D((2, 2)))
    model.add(Conv2D(32, (3, 3), activation='relu'))
    model.add(MaxPooling2D((2, 2)))
    model.add(Flatten())
    model.add(Dense(96, activation='relu'))
    model.add(Dense(2, activation='softmax'))
    #********* End *********#
    return model


def fit_and_predict(model, train_images, onehot, test_images):
    """编译并训练模型，然后预测测试图片。

    编译：损失函数是分类交叉熵，优化器是 Adam，学习率 0.0001。训练 20 轮、每批 32 张，这些已经写好。

    Args:
        model: 待训练的模型 (a model that is not compiled yet)
        train_images: 训练图片
        onehot: 训练图片的 one-hot 标签
        test_images: 测试图片

    Returns:
        每张测试图片的类别，0 是猫，1 是狗 (one class number per test image)
    """
    #********* Begin *********#
    model.compile(optimizer=keras.optimizers.Adam(learning_rate=0.0001), loss='categorical_crossentropy', metrics=['accuracy'])
    #********* End *********#
    model.fit(train_images, onehot, epochs=20, batch_size=32, verbose=0)
    result = model.predict(test_images, batch_size=10, verbose=0)
    return np.argmax(result, axis=1)
