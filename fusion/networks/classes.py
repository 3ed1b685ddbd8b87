"""What the region network tells apart and on which grid, for those who only speak of it: nothing heavy is imported."""

CLASSES = ("sky", "building", "pole", "road", "pavement", "tree", "sign", "fence", "car", "person", "bicycle")
OBJECTS = ("person", "car", "bicycle")  # classes that are counted: the others are stuff
STRIDE = 4  # pixels of a picture to one of what the network gives
CELL_PX = 32  # sides of what it sees are whole cells
