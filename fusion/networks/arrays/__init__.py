"""Networks without torch: written down as layers, computed by OpenCV, with NumPy arrays in and out."""
