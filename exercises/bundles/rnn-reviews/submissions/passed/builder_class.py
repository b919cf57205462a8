# whole-file: A builder class with chained methods; build_model is one of its bound methods.
import keras


class Builder:
    def __init__(self):
        self.steps = []

    def __getattr__(self, name):
        def add(*args, **kwargs):
            self.steps.append(getattr(keras.layers, name)(*args, **kwargs))
            return self
        return add

    def done(self):
        return keras.Sequential(self.steps)


class Reviews:
    size = 64

    def build_model(self):
        return (Builder().Embedding(1000, self.size).SimpleRNN(30).Dense(16, activation='relu')
                .Dense(1, activation='sigmoid').done())


build_model = Reviews().build_model
