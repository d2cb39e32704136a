//! Makes a photo small, and takes out of it whatever it tells but what it shows.

use futures::channel::oneshot;
use js_sys::Uint8Array;
use shared::limits;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, CanvasRenderingContext2d, File, HtmlCanvasElement, ImageBitmap};

use super::super::camera::object;

const JPEG: &str = "image/jpeg";

/// The longest side in pixels and the quality of each attempt; the last one fits whatever it shows.
const ATTEMPTS: [(u32, f64); 5] = [
    (1_280, 0.85),
    (1_280, 0.7),
    (1_280, 0.5),
    (960, 0.5),
    (640, 0.4),
];

// Source: ITU-T T.81, table B.1.
const START_OF_IMAGE: [u8; 2] = [0xff, 0xd8];
const START_OF_SCAN: u8 = 0xda;
const COMMENT: u8 = 0xfe;
const APPLICATION: std::ops::RangeInclusive<u8> = 0xe0..=0xef;
/// JFIF, the colour profile and Adobe's transform: without them a picture has other colours.
const PLAIN: [u8; 3] = [0xe0, 0xe2, 0xee];

/// Returns a photo as a JPEG of at most [`limits::PHOTO_BYTES`], upright and with nothing in it but
/// the picture; `None` when the browser cannot read it.
pub(super) async fn shrink(photo: &File) -> Option<Vec<u8>> {
    let bitmap = upright(photo).await?;
    let made = encode(&bitmap).await;
    // A photo as the camera took it fills much memory.
    bitmap.close();
    made
}

async fn encode(bitmap: &ImageBitmap) -> Option<Vec<u8>> {
    let document = web_sys::window()?.document()?;
    let canvas: HtmlCanvasElement = document.create_element("canvas").ok()?.dyn_into().ok()?;
    let context: CanvasRenderingContext2d = canvas.get_context("2d").ok()??.dyn_into().ok()?;
    for (side, quality) in ATTEMPTS {
        let (width, height) = fitted(bitmap.width(), bitmap.height(), side);
        canvas.set_width(width);
        canvas.set_height(height);
        let (width, height) = (f64::from(width), f64::from(height));
        // What is transparent would be black.
        context.set_fill_style_str("white");
        context.fill_rect(0.0, 0.0, width, height);
        context
            .draw_image_with_image_bitmap_and_dw_and_dh(bitmap, 0.0, 0.0, width, height)
            .ok()?;
        let jpeg = plain(&bytes(&encoded(&canvas, quality).await?).await?)?;
        if u32::try_from(jpeg.len()).is_ok_and(|bytes| bytes <= limits::PHOTO_BYTES) {
            return Some(jpeg);
        }
    }
    None
}

/// Decodes a photo as it was held.
async fn upright(photo: &File) -> Option<ImageBitmap> {
    let window = web_sys::window()?;
    let wish = object(&[("imageOrientation", "from-image".into())]);
    let made =
        window.create_image_bitmap_with_blob_and_image_bitmap_options(photo, wish.unchecked_ref());
    let made: Result<JsValue, JsValue> = JsFuture::from(made.ok()?).await;
    let made = match made {
        Ok(made) => made,
        // Browsers that do not know the wish turn the picture upright by themselves.
        Err(_) => JsFuture::from(window.create_image_bitmap_with_blob(photo).ok()?)
            .await
            .ok()?,
    };
    made.dyn_into().ok()
}

async fn encoded(canvas: &HtmlCanvasElement, quality: f64) -> Option<Blob> {
    let (made, wait) = oneshot::channel();
    let tell = Closure::once(move |blob: Option<Blob>| {
        // The page that waited may have been left.
        let _ = made.send(blob);
    });
    let tell_of: &js_sys::Function = tell.as_ref().unchecked_ref();
    canvas
        .to_blob_with_type_and_encoder_options(tell_of, JPEG, &quality.into())
        .ok()?;
    wait.await.ok()?
}

async fn bytes(blob: &Blob) -> Option<Vec<u8>> {
    let buffer: JsValue = JsFuture::from(blob.array_buffer()).await.ok()?;
    Some(Uint8Array::new(&buffer).to_vec())
}

/// Returns the size of a picture whose longer side is `side` at most; a small one stays as it is.
fn fitted(width: u32, height: u32, side: u32) -> (u32, u32) {
    let longer = width.max(height);
    if longer <= side {
        return (width.max(1), height.max(1));
    }
    let scaled = |pixels: u32| {
        let scaled = u64::from(pixels) * u64::from(side) / u64::from(longer);
        u32::try_from(scaled).unwrap_or(side).max(1)
    };
    (scaled(width), scaled(height))
}

/// Returns a JPEG without what programs write into it beside the picture, `None` when it is none. Some
/// browsers write Exif into what they draw, and the server takes no photo that has any.
fn plain(jpeg: &[u8]) -> Option<Vec<u8>> {
    let mut rest = jpeg.strip_prefix(&START_OF_IMAGE)?;
    let mut plain = START_OF_IMAGE.to_vec();
    loop {
        let [0xff, marker, high, low, ..] = *rest else {
            return None;
        };
        if marker == START_OF_SCAN {
            plain.extend_from_slice(rest);
            return Some(plain);
        }
        let length = 2 + usize::from(u16::from_be_bytes([high, low]));
        let (segment, behind) = rest.split_at_checked(length)?;
        let is_told = APPLICATION.contains(&marker) && !PLAIN.contains(&marker);
        if !is_told && marker != COMMENT {
            plain.extend_from_slice(segment);
        }
        rest = behind;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_keeps_its_shape_and_a_small_one_its_size() {
        assert_eq!(fitted(4_032, 3_024, 1_280), (1_280, 960));
        assert_eq!(fitted(3_024, 4_032, 1_280), (960, 1_280));
        assert_eq!(fitted(800, 600, 1_280), (800, 600));
        assert_eq!(fitted(20_000, 3, 1_280), (1_280, 1));
    }

    #[test]
    fn what_a_program_writes_beside_the_picture_is_taken_out() {
        let jfif = b"\xff\xe0\x00\x04JF";
        let profile = b"\xff\xe2\x00\x03I";
        let scan = b"\xff\xda\x00\x03\x01\xff\xe1\x00\x07";
        let clean = [&START_OF_IMAGE[..], jfif, profile, scan].concat();
        assert_eq!(plain(&clean), Some(clean.clone()));
        let exif = b"\xff\xe1\x00\x08Exif\0\0";
        let photoshop = b"\xff\xed\x00\x068BIM";
        let comment = b"\xff\xfe\x00\x06here";
        let parts = [
            &START_OF_IMAGE[..],
            jfif,
            exif,
            photoshop,
            profile,
            comment,
            scan,
        ];
        assert_eq!(plain(&parts.concat()), Some(clean));
    }

    #[test]
    fn what_is_no_jpeg_or_is_cut_is_none() {
        for bytes in [
            &b""[..],
            b"\x89PNG\r\n\x1a\n",
            b"\xff\xd8",
            b"\xff\xd8\xff\xe0\x00\x10JF",
            b"\xff\xd8\xff\xe0\x00\x04JF",
        ] {
            assert_eq!(plain(bytes), None, "{bytes:?}");
        }
    }
}
