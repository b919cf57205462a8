# whole-file: The whole program in the manner of older courses: Sequential, add, units= by name.
from keras import Sequential
from keras.layers import Embedding, SimpleRNN, Dense


def build_model():
    '''
    构建循环神经网络
    :return: 构建好的模型
    '''
    model = Sequential()
    # 词嵌入
    model.add(Embedding(1000, 64, input_length=40))
    model.add(SimpleRNN(units=30, input_shape=(None, 64)))
    model.add(Dense(units=16, activation='relu'))
    model.add(Dense(units=1, activation='sigmoid'))
    model.compile(loss='binary_crossentropy', optimizer='rmsprop', metrics=['acc'])
    return model
