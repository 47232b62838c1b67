//! Who may have signed a package (spec/trust.md): the part that launchers do, which is pins.

pub mod key_line;
pub mod keyring;
pub mod package_names;
pub mod pins;
