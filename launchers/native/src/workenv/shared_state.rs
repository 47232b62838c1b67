//! What can be said of a shared slot without reading what is in it.

use super::boot_id::{boot_id, parse_boot_id};
use super::cache_layout::SharedLayout;
use super::find_workenv::{Site, is_own_directory};
use crate::crypto::hex::hex;
use crate::crypto::sha256::sha256;
use crate::format::platform::Os;
use crate::platform::files::read_file;

/// workenv §6.3: its name is right, and nobody else can write to it. Its content may be damaged.
pub fn is_usable(site: &Site, shared: &SharedLayout, tree: &str) -> bool {
    is_own_directory(&shared.tree(), &site.base) && read_shared_listing(shared, tree).is_some()
}

/// workenv §4.7: `None` where it is not there or not the one that the name says.
pub fn read_shared_listing(shared: &SharedLayout, tree: &str) -> Option<Vec<u8>> {
    read_file(&shared.listing()).ok().filter(|listing| hex(&sha256(listing)) == tree)
}

/// workenv §7.3: found whole in this boot, so that no power failure lies between.
pub fn is_checked(shared: &SharedLayout, system: Os) -> bool {
    let Some(now) = boot_id(system) else { return true };
    read_file(&shared.checked()).ok().and_then(|text| parse_boot_id(&text)) == Some(now)
}
