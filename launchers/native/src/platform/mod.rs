//! What the systems do differently, and the only room with unsafe code.
