"""What the region network tells apart, for those who only speak of it: nothing heavy is imported."""

CLASSES = ("sky", "building", "pole", "road", "pavement", "tree", "sign", "fence", "car", "person", "bicycle")
OBJECTS = ("person", "car", "bicycle")  # classes that are counted: the others are stuff
