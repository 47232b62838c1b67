//! What a launcher does, room for room as in the TypeScript of `src/`: `format` knows bytes, `package` files, `workenv` the cache, `trust`
//! who may have signed, `launch` the program. Imports point from the later to the earlier ones. `platform` is the only room with `unsafe`
//! code.

pub mod codecs;
pub mod crypto;
pub mod error;
pub mod format;
pub mod launch;
pub mod log;
pub mod package;
pub mod platform;
pub mod trust;
pub mod workenv;
