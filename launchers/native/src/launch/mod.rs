//! What a launcher does: command, environment, handing over.
