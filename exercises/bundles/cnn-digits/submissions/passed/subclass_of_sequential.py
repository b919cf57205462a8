# whole-file: A class that inherits from Sequential and adds its layers in __init__.
from keras import Sequential, layers


class DigitNet(Sequential):
    def __init__(self, name='数字'):
        super().__init__(name='digits')
        self.title = name
        self.add(layers.Input((28, 28, 1)))
        for size in (32, 64):
            self.add(layers.Conv2D(size, 5, activation='relu', name=f'conv_{size}'))
        self.add(layers.MaxPool2D(name='pool'))
        self.add(layers.Flatten(name='flat'))
        self.add(layers.Dense(128, activation='relu', name='fc'))
        self.add(layers.Dense(10, activation='softmax', name='out'))


def build_model():
    return DigitNet()
