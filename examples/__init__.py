"""The bundled example: a street at night, rendered as an infrared/visible pair with exact masks."""
