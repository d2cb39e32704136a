//! What a camera in the tests sees: a film file that Chromium plays round and round, and in which a
//! test puts another picture while it plays. Knows QR codes and nothing of what is in them.

use std::fs::{self, File};
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use fast_qr::{ECL, QRBuilder};
use tempfile::TempDir;

use crate::story::Told;

const WIDTH: usize = 1280;
const HEIGHT: usize = 720;
/// The first line of a film of uncompressed pictures. Source: the YUV4MPEG2 format.
const HEADER: &str = "YUV4MPEG2 W1280 H720 F15:1 Ip A1:1 C420jpeg\n";
const FRAME: &str = "FRAME\n";
const FRAMES: usize = 2;
/// A grey wall, and a colour that is none.
const WALL: u8 = 0x90;
const COLOURLESS: u8 = 0x80;
/// The side that a code fills in the picture, at most.
const CODE_SIDE: usize = 600;
const QUIET_MODULES: usize = 4;

/// A film in a folder of its own; the folder goes with it.
pub struct Film {
    path: PathBuf,
    _folder: TempDir,
}

impl Film {
    /// Makes a film of a grey wall.
    pub fn new() -> Told<Self> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("camera.y4m");
        let mut film = HEADER.as_bytes().to_vec();
        for _ in 0..FRAMES {
            film.extend(FRAME.as_bytes());
            film.extend(picture(&vec![WALL; WIDTH * HEIGHT]));
        }
        fs::write(&path, film)?;
        Ok(Self {
            path,
            _folder: folder,
        })
    }

    /// Returns where the film is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Holds a QR code into the picture, in the place of whatever was there. The camera may be open.
    pub fn show(&self, text: &str) -> Told {
        self.put(&picture(&with_code(text)?))
    }

    /// Takes away whatever is held into the picture.
    pub fn clear(&self) -> Told {
        self.put(&picture(&vec![WALL; WIDTH * HEIGHT]))
    }

    /// Writes over the frames where they stand, because the browser reads them one by one.
    fn put(&self, picture: &[u8]) -> Told {
        let mut file = File::options().write(true).open(&self.path)?;
        for frame in 0..FRAMES {
            let at = HEADER.len() + frame * (FRAME.len() + picture.len()) + FRAME.len();
            file.seek(SeekFrom::Start(u64::try_from(at)?))?;
            file.write_all(picture)?;
        }
        Ok(())
    }
}

/// Returns the three planes of a picture in grey.
fn picture(brightness: &[u8]) -> Vec<u8> {
    let mut planes = brightness.to_vec();
    planes.resize(WIDTH * HEIGHT * 3 / 2, COLOURLESS);
    planes
}

fn with_code(text: &str) -> Told<Vec<u8>> {
    let code = QRBuilder::new(text)
        .ecl(ECL::M)
        .build()
        .map_err(|error| format!("the text makes no QR code: {error:?}"))?;
    let modules = code.size + 2 * QUIET_MODULES;
    let scale = CODE_SIDE / modules;
    let side = modules * scale;
    let (left, top) = ((WIDTH - side) / 2, (HEIGHT - side) / 2);
    let mut brightness = vec![WALL; WIDTH * HEIGHT];
    for y in 0..side {
        for x in 0..side {
            let (row, column) = (y / scale, x / scale);
            let inside = QUIET_MODULES..QUIET_MODULES + code.size;
            let is_dark = inside.contains(&row)
                && inside.contains(&column)
                && code[row - QUIET_MODULES][column - QUIET_MODULES].value();
            brightness[(top + y) * WIDTH + left + x] = if is_dark { 0x20 } else { 0xe8 };
        }
    }
    Ok(brightness)
}
