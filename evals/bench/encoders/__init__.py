"""How well an encoder sees what sentences say: recognition without examples, retrieval, ladders of damage."""
