# whole-file: Odd but legal formatting: semicolons, backslashes, a walrus, two spaces, Chinese variable names.
import keras;from keras.layers import *
def build_model():
  输入 = keras.Input( (28,28,1) )
  第一层 = Conv2D( 32,
      kernel_size = 5, activation = \
      'relu' )( 输入 ); 第二层 = Conv2D(0x40, (5,)*2, activation="re" "lu")(第一层)
  (池化 := MaxPool2D( )) ; 扁平 = Flatten( )( 池化(第二层) )

  for 个数,函数 in ((1_28,'relu'),(int(1e1),'softmax')): 扁平=Dense(个数,函数)(扁平)
  return keras.Model(输入,扁平)
