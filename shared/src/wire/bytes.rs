//! What the CBOR codec reads from and writes to. The codec repeats both at every field of every type;
//! of the standard library's, each copy would be longer and so would be what a phone downloads.

use std::convert::Infallible;

use ciborium_io::{Read, Write};

/// The bytes end early.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct EndOfBytes;

/// Bytes that are not read yet.
pub(super) struct Rest<'a>(pub(super) &'a [u8]);

impl Read for &mut Rest<'_> {
    type Error = EndOfBytes;

    #[inline(never)]
    fn read_exact(&mut self, wanted: &mut [u8]) -> Result<(), EndOfBytes> {
        let (read, rest) = self.0.split_at_checked(wanted.len()).ok_or(EndOfBytes)?;
        wanted.copy_from_slice(read);
        self.0 = rest;
        Ok(())
    }
}

/// Bytes that grow.
#[derive(Default)]
pub(super) struct Growing(pub(super) Vec<u8>);

impl Write for &mut Growing {
    type Error = Infallible;

    #[inline(never)]
    fn write_all(&mut self, written: &[u8]) -> Result<(), Infallible> {
        self.0.extend_from_slice(written);
        Ok(())
    }

    fn flush(&mut self) -> Result<(), Infallible> {
        Ok(())
    }
}
