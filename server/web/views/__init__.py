"""What templates show: frozen values made from verdict objects, bundles and rows; templates decide nothing."""
