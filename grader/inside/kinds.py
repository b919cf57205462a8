"""Names for what Keras hands about, so that signatures can be read; to the type checker each of them is anything."""

from typing import Any

Layer = Any  #: a keras.layers.Layer, a model among them
Model = Any  #: a keras.Model
Operation = Any  #: a layer or a keras.ops operation
Optimizer = Any  #: a keras.optimizers.Optimizer
Tensor = Any  #: a symbolic tensor
Value = Any  #: whatever student code returned or wrote into a configuration
