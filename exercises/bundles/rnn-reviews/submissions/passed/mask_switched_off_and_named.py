# whole-file: Every layer named in Chinese, mask_zero=False and use_bias=True written out, data in a namedtuple.
from collections import namedtuple

from keras.layers import Dense, Embedding, InputLayer, SimpleRNN
from keras.models import Sequential

Size = namedtuple('Size', 'words embedding memory hidden answer', defaults=(1000, 64, 30, 16, 1))


def build_model(size=Size()):
    model = Sequential(name='影评')
    model.add(InputLayer(batch_shape=(None, None), dtype='int32'))
    model.add(Embedding(size.words, size.embedding, mask_zero=False, name='词嵌入'))
    model.add(SimpleRNN(size.memory, use_bias=True, go_backwards=False, name='循环'))
    model.add(Dense(size.hidden, use_bias=True, activation='relu', name='隐藏'))
    model.add(Dense(size.answer, activation='sigmoid', name='输出'))
    return model
