"""The paper's ways, which train networks for one picture: only these need torch."""
