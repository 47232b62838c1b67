//! The vectors of spec/workenv.md, which have no kind.
