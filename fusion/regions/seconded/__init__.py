"""A second opinion on people, vehicles and bicycles: a detector that was trained on photographs of everything."""
