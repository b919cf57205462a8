# whole-file: The recurrence as keras.ops.scan over the words, inside a subclassed model.
import keras
from keras import layers, ops


class Scanned(keras.Model):
    def __init__(self):
        super().__init__()
        self.embed = layers.Embedding(1000, 64)
        self.project = layers.Dense(30)
        self.recur = layers.Dense(30, use_bias=False, kernel_initializer='orthogonal')
        self.hidden = layers.Dense(16, activation='relu')
        self.answer = layers.Dense(1, activation='sigmoid')

    def build(self, shape):
        self.embed.build(shape)
        self.project.build((None, 64))
        self.recur.build((None, 30))
        self.hidden.build((None, 30))
        self.answer.build((None, 16))

    def call(self, review):
        words = ops.transpose(self.project(self.embed(review)), (1, 0, 2))
        start = ops.zeros((ops.shape(review)[0], 30))

        def step(memory, word):
            memory = ops.tanh(word + ops.matmul(memory, self.recur.kernel))
            return memory, memory

        memory, _ = ops.scan(step, start, words)
        return self.answer(self.hidden(memory))


def build_model():
    return Scanned()
