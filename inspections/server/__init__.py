"""What a running server needs: who may what, the gate, health, the daily copy."""
