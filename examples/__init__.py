"""The bundled examples, rendered as infrared/visible pairs with exact masks: a street at night, a yard with faults."""
