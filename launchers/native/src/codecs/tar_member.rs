//! Spec §4.5: one entry of an archive.

use super::tar_header::{TarHeader, TarPosition, tar_error};
use crate::error::{Code, Result};
use crate::format::quoted::quoted;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TarMemberType {
    File,
    Directory,
    Symlink,
    Hardlink,
}

/// One entry. Whether its path may be used is not judged here (spec §6.1): it is exactly what the archive says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TarMember {
    pub path: String,
    pub kind: TarMemberType,
    /// Unix permission bits, at most 0777.
    pub mode: u16,
    /// Bytes of the body; 0 for everything but files.
    pub size: u64,
    /// Of links; empty for others.
    pub link_target: String,
    /// Of the header, in the archive.
    pub offset: u64,
}

impl TarMember {
    /// Spec §4.5: only files have a body. Readers differ on a size that stands at a link or directory, so it is refused.
    pub fn judge(header: TarHeader, position: TarPosition<'_>) -> Result<TarMember> {
        let TarHeader { path, link_path: link_target, kind, mode, size } = header;
        let name = || quoted(&path);
        let kind = match kind {
            b'0' => TarMemberType::File,
            b'1' => TarMemberType::Hardlink,
            b'2' => TarMemberType::Symlink,
            b'5' => TarMemberType::Directory,
            _ => {
                let (field, want) = (format!("type of {}", name()), "a file, directory or link");
                return Err(tar_error(Code::TarType, position, &field, &refused_type(kind), want));
            }
        };
        if path.is_empty() {
            return Err(tar_error(Code::TarName, position, "name", "empty", "a path"));
        }
        let is_link = matches!(kind, TarMemberType::Symlink | TarMemberType::Hardlink);
        if is_link == link_target.is_empty() {
            let (field, got) = (format!("link name of {}", name()), quoted(&link_target));
            return Err(tar_error(Code::TarName, position, &field, &got, "one for links only"));
        }
        if kind != TarMemberType::File && size != 0 {
            let field = format!("size of {}", name());
            return Err(tar_error(Code::TarSize, position, &field, &size.to_string(), "0 for what is no file"));
        }
        Ok(TarMember { path, kind, mode, size, link_target, offset: position.offset })
    }
}

/// Named in refusals: nobody should have to look up a letter.
fn refused_type(kind: u8) -> String {
    let name = match kind {
        b'3' => "a character device",
        b'4' => "a block device",
        b'6' => "a fifo",
        b'7' => "a contiguous file",
        b'D' => "a GNU directory dump",
        b'M' => "a part of another volume",
        b'S' => "a GNU sparse file",
        b'V' => "a volume label",
        _ => return quoted(&char::from(kind).to_string()),
    };
    name.to_owned()
}
