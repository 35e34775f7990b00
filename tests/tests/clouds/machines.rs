//! Machines played by their own agent, against a beacon that checks what the real one checks.
