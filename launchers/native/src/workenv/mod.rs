//! The cache: layout, publishing, checking, healing (spec/workenv.md).
