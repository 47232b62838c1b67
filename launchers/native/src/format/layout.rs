//! Spec §2.4: where the regions of a file lie.

use super::index_block::IndexBlock;
use super::limits::{MAX_FILE_SIZE, MAX_METADATA_STORED, MAX_SLOTS};
use super::slot_descriptor::SlotDescriptor;
use super::trailer::TRAILER_SIZE;
use crate::error::{Code, Error, Result};
use crate::format::order::sort_by;
use std::fmt;
use std::ops::Range;

/// Offsets in bytes from the start of the file, within its size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    pub launcher: Range<u64>,
    pub metadata: Range<u64>,
    pub slot_table: Range<u64>,
    pub trailer: Range<u64>,
}

/// Whose bytes a region is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    Start,
    Launcher,
    Metadata,
    SlotTable,
    Slot(u64),
    Trailer,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Region {
    owner: Owner,
    range: Range<u64>,
}

/// Bytes that belong to nothing: zeros (spec §2.5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    pub between: (Owner, Owner),
    pub range: Range<u64>,
}

impl Layout {
    /// Spec §2.4: bounds and overlap of the regions that the index names. Slots are checked by `gaps`, once their table is read.
    /// Errors: INDEX_PACKAGE_SIZE, INDEX_LIMIT, INDEX_BOUNDS, INDEX_OVERLAP.
    pub fn check(index: &IndexBlock, file_size: u64) -> Result<Self> {
        if index.package_size != file_size {
            let (got, want) = (index.package_size.to_string(), format!("{file_size}, the length of the file"));
            return Err(layout_error(Code::IndexPackageSize, "package_size", &got, &want, "§2.2"));
        }
        for (field, value, limit) in [
            ("package_size", file_size, MAX_FILE_SIZE),
            ("slot_count", u64::from(index.slot_count), u64::from(MAX_SLOTS)),
            ("metadata_size", index.metadata_size, MAX_METADATA_STORED),
        ] {
            if value > limit {
                let (got, want) = (value.to_string(), format!("at most {limit}"));
                return Err(layout_error(Code::IndexLimit, field, &got, &want, "§10"));
            }
        }
        let end = file_size.saturating_sub(TRAILER_SIZE as u64);
        let launcher = region(Owner::Launcher, 0, index.launcher_size, end)?;
        let metadata = region(Owner::Metadata, index.metadata_offset, index.metadata_size, end)?;
        let slot_table = region(Owner::SlotTable, index.slot_table_offset, index.slot_table_size, end)?;
        if index.metadata_size == 0 {
            return Err(layout_error(Code::IndexBounds, "metadata_size", "0", "at least 1", "§2.4"));
        }
        let layout = Layout { launcher, metadata, slot_table, trailer: end..file_size };
        find_gaps(layout.regions())?;
        Ok(layout)
    }

    /// Spec §2.4 and §2.5: bounds and overlap with the slots that have bytes. Returns what lies between all of them. Errors:
    /// INDEX_BOUNDS, INDEX_OVERLAP.
    pub fn gaps<'a>(&self, slots: impl Iterator<Item = &'a SlotDescriptor>) -> Result<Vec<Gap>> {
        let mut regions = self.regions();
        for slot in slots {
            let owner = Owner::Slot(slot.id);
            regions.push(Region { owner, range: region(owner, slot.offset, slot.size, self.trailer.start)? });
        }
        find_gaps(regions)
    }

    fn regions(&self) -> Vec<Region> {
        let named = [
            (Owner::Launcher, &self.launcher),
            (Owner::Metadata, &self.metadata),
            (Owner::SlotTable, &self.slot_table),
            (Owner::Trailer, &self.trailer),
        ];
        named.into_iter().map(|(owner, range)| Region { owner, range: range.clone() }).collect()
    }
}

/// Both numbers come from the file, so the sum is checked.
fn region(owner: Owner, offset: u64, size: u64, end: u64) -> Result<Range<u64>> {
    if let Some(own_end) = offset.checked_add(size)
        && own_end <= end
    {
        return Ok(offset..own_end);
    }
    let got = format!("bytes {offset} to {}", u128::from(offset).saturating_add(u128::from(size)));
    let want = format!("an end of at most {end}, where the trailer begins");
    Err(layout_error(Code::IndexBounds, &owner.to_string(), &got, &want, "§2.4"))
}

/// Regions of no bytes lie nowhere.
fn find_gaps(mut regions: Vec<Region>) -> Result<Vec<Gap>> {
    regions.retain(|region| !region.range.is_empty());
    sort_by(&mut regions, |one, other| one.range.start.cmp(&other.range.start));
    let mut gaps = Vec::new();
    let mut previous = Region { owner: Owner::Start, range: 0..0 };
    for next in regions {
        if next.range.start < previous.range.end {
            return Err(overlap_error(&previous, &next));
        }
        if next.range.start > previous.range.end {
            gaps.push(Gap { between: (previous.owner, next.owner), range: previous.range.end..next.range.start });
        }
        previous = next;
    }
    Ok(gaps)
}

impl fmt::Display for Owner {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Owner::Start => out.write_str("start of the file"),
            Owner::Launcher => out.write_str("launcher"),
            Owner::Metadata => out.write_str("metadata"),
            Owner::SlotTable => out.write_str("slot table"),
            Owner::Slot(id) => write!(out, "slot {id}"),
            Owner::Trailer => out.write_str("trailer"),
        }
    }
}

#[cold]
fn overlap_error(a: &Region, b: &Region) -> Error {
    let (a_range, b_range) = (&a.range, &b.range);
    let message = format!(
        "{} (bytes {} to {}) overlaps {} (bytes {} to {}), expected regions apart (spec §2.4)",
        b.owner, b_range.start, b_range.end, a.owner, a_range.start, a_range.end
    );
    Error::new(Code::IndexOverlap, message)
        .with("offset", b_range.start.to_string())
        .with("field", b.owner.to_string())
        .with("got", format!("{}..{}", b_range.start, b_range.end))
        .with("want", format!("outside of {}..{}", a_range.start, a_range.end))
}

#[cold]
fn layout_error(code: Code, field: &str, got: &str, want: &str, section: &str) -> Error {
    Error::new(code, format!("index: {field} is {got}, expected {want} (spec {section})"))
        .with("field", field)
        .with("got", got)
        .with("want", want)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::index_block::samples::sample;
    use crate::format::operations::OperationChain;
    use proptest::prelude::*;

    const SIZE: u64 = 10_000;

    /// Launcher to 100, metadata to 150, slot table 152 to 280, trailer from 1800.
    fn index() -> IndexBlock {
        IndexBlock {
            package_size: SIZE,
            launcher_size: 100,
            metadata_offset: 100,
            metadata_size: 50,
            slot_table_offset: 152,
            slot_table_size: 128,
            slot_count: 2,
            ..sample()
        }
    }

    fn slot(id: u64, offset: u64, size: u64) -> SlotDescriptor {
        SlotDescriptor {
            id,
            name_hash: 0,
            offset,
            size,
            original_size: 0,
            operations: OperationChain::default(),
            checksum: 0,
            purpose: 0,
            lifecycle: 0,
            priority: 0,
            platform: 0,
            permissions: 0,
        }
    }

    fn refusal(index: &IndexBlock) -> Code {
        Layout::check(index, SIZE).unwrap_err().code()
    }

    #[test]
    fn s2_4_finds_what_lies_between_regions() {
        let layout = Layout::check(&index(), SIZE).unwrap();
        assert_eq!(layout.trailer, 1800..10_000);
        let gaps = layout.gaps([slot(0, 288, 12), slot(1, 300, 1500)].iter()).unwrap();
        let ranges: Vec<Range<u64>> = gaps.iter().map(|gap| gap.range.clone()).collect();
        assert_eq!(ranges, [150..152, 280..288]);
        assert_eq!(gaps[1].between, (Owner::SlotTable, Owner::Slot(0)));
    }

    #[test]
    fn s2_4_refuses_sums_that_wrap_and_regions_in_the_trailer() {
        assert_eq!(refusal(&IndexBlock { metadata_offset: u64::MAX, ..index() }), Code::IndexBounds);
        assert_eq!(refusal(&IndexBlock { launcher_size: 1801, ..index() }), Code::IndexBounds);
        assert_eq!(refusal(&IndexBlock { slot_table_offset: 1800, ..index() }), Code::IndexBounds);
        assert_eq!(refusal(&IndexBlock { metadata_size: 0, ..index() }), Code::IndexBounds);
        let layout = Layout::check(&index(), SIZE).unwrap();
        assert_eq!(layout.gaps([slot(0, u64::MAX, 2)].iter()).unwrap_err().code(), Code::IndexBounds);
    }

    #[test]
    fn s2_4_refuses_bytes_with_two_meanings() {
        assert_eq!(refusal(&IndexBlock { metadata_offset: 99, ..index() }), Code::IndexOverlap);
        assert_eq!(refusal(&IndexBlock { slot_table_offset: 149, ..index() }), Code::IndexOverlap);
        let layout = Layout::check(&index(), SIZE).unwrap();
        for (a, b) in
            [(slot(0, 0, 1), slot(1, 300, 1)), (slot(0, 300, 10), slot(1, 309, 1)), (slot(0, 300, 1), slot(1, 300, 1))]
        {
            assert_eq!(layout.gaps([a, b].iter()).unwrap_err().code(), Code::IndexOverlap);
        }
    }

    #[test]
    fn s2_4_a_region_of_no_bytes_lies_nowhere() {
        let layout = Layout::check(&index(), SIZE).unwrap();
        let gaps = layout.gaps([slot(0, 120, 0), slot(1, 280, 1520)].iter()).unwrap();
        assert_eq!(gaps.len(), 1);
        assert_eq!(layout.gaps([slot(0, 1801, 0)].iter()).unwrap_err().code(), Code::IndexBounds);
    }

    #[test]
    fn s10_refuses_numbers_above_the_limits() {
        assert_eq!(refusal(&IndexBlock { package_size: SIZE + 1, ..index() }), Code::IndexPackageSize);
        assert_eq!(refusal(&IndexBlock { slot_count: 1025, ..index() }), Code::IndexLimit);
        assert_eq!(refusal(&IndexBlock { metadata_size: 16 * 1024 * 1024 + 1, ..index() }), Code::IndexLimit);
        let huge = IndexBlock { package_size: 1 << 53, ..index() };
        assert_eq!(Layout::check(&huge, 1 << 53).unwrap_err().code(), Code::IndexLimit);
    }

    proptest! {
        #[test]
        fn s2_4_regions_and_gaps_cover_the_file_once(slots in proptest::collection::vec((0_u64..2000, 0_u64..300), 0..6)) {
            let layout = Layout::check(&index(), SIZE).unwrap();
            let slots: Vec<SlotDescriptor> = slots.iter().enumerate().map(|(id, (offset, size))| slot(id as u64, *offset, *size)).collect();
            if let Ok(gaps) = layout.gaps(slots.iter()) {
                let zeros: u64 = gaps.iter().map(|gap| gap.range.end - gap.range.start).sum();
                let stored: u64 = slots.iter().map(|slot| slot.size).sum();
                prop_assert_eq!(zeros + stored + 100 + 50 + 128 + 8200, SIZE);
            }
        }
    }
}
