//! Reads QR codes from pictures in WebAssembly, where the browser itself cannot. A part of the program
//! that is fetched when a camera is first opened, and kept on the phone for use without a network.

use rqrr::PreparedImage;
use wasm_split_helpers::{SplitLoaderError, wasm_split};

/// A picture in grey.
pub(super) struct Picture {
    /// Pixels in a row.
    pub(super) width: usize,
    /// Rows.
    pub(super) height: usize,
    /// The brightness of each pixel, row by row.
    pub(super) grey: Vec<u8>,
}

impl Picture {
    /// Makes a grey picture of red, green, blue and opacity.
    pub(super) fn of_colours(width: usize, height: usize, colours: &[u8]) -> Self {
        let grey = colours.chunks_exact(4).map(|pixel| {
            let [red, green, blue] = [pixel[0], pixel[1], pixel[2]].map(u32::from);
            // ITU-R BT.601 in 256ths; the sum of the weights is 256.
            u8::try_from((77 * red + 150 * green + 29 * blue) >> 8).unwrap_or(u8::MAX)
        });
        Self {
            width,
            height,
            grey: grey.collect(),
        }
    }
}

/// Returns the text of a QR code in the picture, `None` where there is none that can be read.
#[wasm_split(scanner, fallible, preload(decoder_arrives))]
pub(super) fn decode(picture: Picture) -> Result<Option<String>, SplitLoaderError> {
    Ok(text_of(&picture))
}

fn text_of(picture: &Picture) -> Option<String> {
    let brightness = |x: usize, y: usize| picture.grey[y * picture.width + x];
    let mut prepared =
        PreparedImage::prepare_from_greyscale(picture.width, picture.height, brightness);
    let grids = prepared.detect_grids();
    grids.iter().find_map(|grid| Some(grid.decode().ok()?.1))
}

#[cfg(test)]
mod tests {
    use fast_qr::{ECL, QRBuilder};

    use super::*;

    /// Draws a code of so many pixels a module on white, as the app shows it.
    fn drawn(text: &str, scale: usize) -> Picture {
        let code = QRBuilder::new(text).ecl(ECL::M).build().unwrap();
        let side = (code.size + 8) * scale;
        let mut colours = vec![0xff; side * side * 4];
        for (place, pixel) in colours.chunks_exact_mut(4).enumerate() {
            let (x, y) = (place % side / scale, place / side / scale);
            let inside = (4..code.size + 4).contains(&x) && (4..code.size + 4).contains(&y);
            if inside && code[y - 4][x - 4].value() {
                pixel[..3].fill(0x10);
            }
        }
        Picture::of_colours(side, side, &colours)
    }

    #[test]
    fn a_code_as_long_as_a_hosts_is_read_from_a_picture() {
        let text = format!("https://baodao.example/scan#{}", "Ab9-_".repeat(58));
        assert_eq!(text_of(&drawn(&text, 5)), Some(text));
    }

    #[test]
    fn a_picture_without_a_code_says_nothing() {
        let blank = Picture::of_colours(64, 64, &[0x80; 64 * 64 * 4]);
        assert_eq!(text_of(&blank), None);
        let noise: Vec<u8> = (0..64 * 64 * 4u32)
            .map(|place| (place * place % 251) as u8)
            .collect();
        assert_eq!(text_of(&Picture::of_colours(64, 64, &noise)), None);
    }
}
