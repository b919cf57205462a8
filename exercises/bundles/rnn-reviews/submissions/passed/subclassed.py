# whole-file: A model class with its layers as attributes, never built by the student.
import keras
from keras.layers import Dense, Embedding, SimpleRNN


class ReviewReader(keras.Model):
    """读影评 (reads a review)."""

    def __init__(self, words=1000, size=64):
        super().__init__(name='review_reader')
        self.sigmoid_layer = Dense(1, activation='sigmoid')
        self.relu_layer = Dense(16, activation='relu')
        self.memory = SimpleRNN(30)
        self.embedding = Embedding(words, size)

    def call(self, review, training=None):
        return self.sigmoid_layer(self.relu_layer(self.memory(self.embedding(review), training=training)))


def build_model():
    return ReviewReader()
