//! The camera: opens the one that looks away from its owner, looks for QR codes in what it sees, and
//! lights its torch. Also reads a photo. The browser's own detector is asked first, ours where it has
//! none or fails.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use futures::channel::oneshot;
use gloo::timers::callback::Timeout;
use js_sys::{Array, Function, Object, Promise, Reflect};
use shared::time::Timestamp;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    CanvasRenderingContext2d, File, HtmlCanvasElement, HtmlVideoElement, ImageBitmap, MediaDevices,
    MediaStream, MediaStreamConstraints, MediaStreamTrack, MediaTrackConstraints,
};

use super::clock::now;
use super::decoder::{Picture, decode};

/// The pause between two looks: the phone stays cool, and a code is still read at once.
const LOOK_PAUSE_MS: u32 = 60;
/// The longest side of the square that is looked at, in the camera's own pixels.
const LOOK_AT_MOST: u32 = 900;
/// How long a code must have been out of sight before it is told again.
const GONE_MS: i64 = 2_500;
/// The longest side of a photo that is looked at.
const PHOTO_AT_MOST: u32 = 1_600;

/// Why there is no camera.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CameraFault {
    /// Its owner, or the browser, does not allow it.
    Refused,
    /// The phone has none, or it does not open.
    Missing,
}

/// An open camera; it closes when this is dropped.
pub(crate) struct Camera {
    watch: Rc<Watch>,
}

struct Watch {
    stream: MediaStream,
    video: HtmlVideoElement,
    closed: Cell<bool>,
    /// The text told last, and when it was last in sight.
    told: RefCell<Option<(String, Timestamp)>>,
}

impl Camera {
    /// Opens the camera into a video element and tells every text that comes into sight, once.
    pub(crate) async fn open(
        video: HtmlVideoElement,
        tell: impl Fn(String) + 'static,
    ) -> Result<Self, CameraFault> {
        let stream = stream().await?;
        video.set_src_object(Some(&stream));
        let watch = Rc::new(Watch {
            stream,
            video,
            closed: Cell::new(false),
            told: RefCell::default(),
        });
        let camera = Self {
            watch: Rc::clone(&watch),
        };
        if let Ok(playing) = watch.video.play() {
            // A page that is hidden meanwhile plays when it comes back.
            let _ = JsFuture::from(playing).await;
        }
        spawn_local(async move { watch.look(tell).await });
        Ok(camera)
    }

    /// Tells whether the camera has a torch.
    pub(crate) fn has_torch(&self) -> bool {
        let torch = self.watch.track().and_then(|track| {
            let capabilities: Function = Reflect::get(&track, &"getCapabilities".into())
                .ok()?
                .dyn_into()
                .ok()?;
            let capabilities = capabilities.call0(&track).ok()?;
            Reflect::get(&capabilities, &"torch".into()).ok()
        });
        torch.is_some_and(|torch| torch.is_truthy())
    }

    /// Lights the torch, or puts it out.
    pub(crate) fn light(&self, on: bool) {
        let Some(track) = self.watch.track() else {
            return;
        };
        let wish = object(&[("torch", on.into())]);
        let wishes = object(&[("advanced", Array::of1(&wish).into())]);
        let wishes: &MediaTrackConstraints = wishes.unchecked_ref();
        if let Ok(applied) = track.apply_constraints_with_constraints(wishes) {
            // A torch that does not light is seen by whoever pressed the button.
            spawn_local(async move { drop(JsFuture::from(applied).await) });
        }
    }
}

impl Drop for Camera {
    fn drop(&mut self) {
        self.watch.closed.set(true);
        for track in self.watch.stream.get_tracks() {
            if let Ok(track) = track.dyn_into::<MediaStreamTrack>() {
                track.stop();
            }
        }
        self.watch.video.set_src_object(None);
    }
}

impl Watch {
    fn track(&self) -> Option<MediaStreamTrack> {
        self.stream.get_video_tracks().get(0).dyn_into().ok()
    }

    /// Looks until the camera is closed.
    async fn look(&self, tell: impl Fn(String)) {
        let eye = Eye::open().await;
        while !self.closed.get() {
            if let Some(eye) = &eye
                && let Some(text) = eye.see_video(&self.video).await
                && !self.closed.get()
            {
                self.tell(text, &tell);
            }
            pause().await;
        }
    }

    fn tell(&self, text: String, tell: &impl Fn(String)) {
        let at = now();
        let before = self.told.replace(Some((text.clone(), at)));
        let in_sight = before.is_some_and(|(told, seen_at)| {
            told == text && (0..GONE_MS).contains(&at.since(seen_at))
        });
        if !in_sight {
            tell(text);
        }
    }
}

/// Returns the text of a QR code in a photo, `None` where there is none that can be read.
pub(crate) async fn read_photo(photo: &File) -> Option<String> {
    let eye = Eye::open().await?;
    let made = web_sys::window()?
        .create_image_bitmap_with_blob(photo)
        .ok()?;
    let made: JsValue = JsFuture::from(made).await.ok()?;
    let bitmap: ImageBitmap = made.dyn_into().ok()?;
    if let Some(text) = eye.detect(&bitmap).await {
        return Some(text);
    }
    // A code may fill the photo or a corner of it: small first, then as it is.
    for at_most in [PHOTO_AT_MOST / 2, PHOTO_AT_MOST] {
        let (width, height) = (bitmap.width(), bitmap.height());
        let shrink = (f64::from(at_most) / f64::from(width.max(height).max(1))).min(1.0);
        let (to_width, to_height) = (scaled(width, shrink), scaled(height, shrink));
        eye.size(to_width, to_height);
        let drawn = eye.context.draw_image_with_image_bitmap_and_dw_and_dh(
            &bitmap,
            0.0,
            0.0,
            f64::from(to_width),
            f64::from(to_height),
        );
        drawn.ok()?;
        if let Some(text) = eye.read(to_width, to_height).await {
            return Some(text);
        }
    }
    None
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn scaled(pixels: u32, shrink: f64) -> u32 {
    (f64::from(pixels) * shrink).max(1.0) as u32
}

/// What sees codes in pictures.
struct Eye {
    detector: Option<(JsValue, Function)>,
    canvas: HtmlCanvasElement,
    context: CanvasRenderingContext2d,
}

impl Eye {
    async fn open() -> Option<Self> {
        let document = web_sys::window()?.document()?;
        let canvas: HtmlCanvasElement = document.create_element("canvas").ok()?.dyn_into().ok()?;
        let read_often = object(&[("willReadFrequently", true.into())]);
        let context = canvas
            .get_context_with_context_options("2d", &read_often)
            .ok()??
            .dyn_into()
            .ok()?;
        Some(Self {
            detector: detector().await,
            canvas,
            context,
        })
    }

    /// Looks at the middle of what a video shows, pixel for pixel: a smaller picture would blur the
    /// code's modules.
    async fn see_video(&self, video: &HtmlVideoElement) -> Option<String> {
        let (width, height) = (video.video_width(), video.video_height());
        if width == 0 || height == 0 {
            return None;
        }
        if let Some(text) = self.detect(video).await {
            return Some(text);
        }
        let side = width.min(height).min(LOOK_AT_MOST);
        self.size(side, side);
        let (left, top) = ((width - side) / 2, (height - side) / 2);
        self.context
            .draw_image_with_html_video_element_and_sw_and_sh_and_dx_and_dy_and_dw_and_dh(
                video,
                f64::from(left),
                f64::from(top),
                f64::from(side),
                f64::from(side),
                0.0,
                0.0,
                f64::from(side),
                f64::from(side),
            )
            .ok()?;
        self.read(side, side).await
    }

    /// Asks the browser's own detector.
    async fn detect(&self, source: &JsValue) -> Option<String> {
        let (detector, detect) = self.detector.as_ref()?;
        let promise: Promise = detect.call1(detector, source).ok()?.dyn_into().ok()?;
        let found: JsValue = JsFuture::from(promise).await.ok()?;
        let first = found.dyn_into::<Array>().ok()?.get(0);
        let text = Reflect::get(&first, &"rawValue".into()).ok()?;
        text.as_string().filter(|text| !text.is_empty())
    }

    fn size(&self, width: u32, height: u32) {
        // Setting a canvas's size clears it, and costs.
        if (self.canvas.width(), self.canvas.height()) != (width, height) {
            self.canvas.set_width(width);
            self.canvas.set_height(height);
        }
    }

    /// Reads what is drawn.
    async fn read(&self, width: u32, height: u32) -> Option<String> {
        let drawn = self
            .context
            .get_image_data(0.0, 0.0, f64::from(width), f64::from(height))
            .ok()?;
        let picture = Picture::of_colours(width as usize, height as usize, &drawn.data());
        // Without a network the part may not be here yet; the next look asks again.
        decode(picture).await.ok().flatten()
    }
}

/// Returns the browser's own detector where it knows QR codes: on Android without the maker's
/// services the class is there and knows none.
async fn detector() -> Option<(JsValue, Function)> {
    const FORMAT: &str = "qr_code";
    let class: Function = Reflect::get(&js_sys::global(), &"BarcodeDetector".into())
        .ok()?
        .dyn_into()
        .ok()?;
    let formats: Function = Reflect::get(&class, &"getSupportedFormats".into())
        .ok()?
        .dyn_into()
        .ok()?;
    let formats: Promise = formats.call0(&class).ok()?.dyn_into().ok()?;
    let formats: JsValue = JsFuture::from(formats).await.ok()?;
    let formats: Array = formats.dyn_into().ok()?;
    if !formats.includes(&FORMAT.into(), 0) {
        return None;
    }
    let options = object(&[("formats", Array::of1(&FORMAT.into()).into())]);
    let detector = Reflect::construct(&class, &Array::of1(&options)).ok()?;
    let detect = Reflect::get(&detector, &"detect".into()).ok()?;
    Some((detector, detect.dyn_into().ok()?))
}

async fn stream() -> Result<MediaStream, CameraFault> {
    let opened = async {
        let navigator = web_sys::window().ok_or(JsValue::UNDEFINED)?.navigator();
        let devices = Reflect::get(&navigator, &"mediaDevices".into())?;
        let devices: MediaDevices = devices.dyn_into()?;
        let ideal = |value: JsValue| object(&[("ideal", value)]).into();
        let wishes = object(&[
            ("facingMode", ideal("environment".into())),
            ("width", ideal(1280.into())),
            ("height", ideal(720.into())),
        ]);
        let constraints = MediaStreamConstraints::new();
        constraints.set_video(&wishes);
        let stream = devices.get_user_media_with_constraints(&constraints)?;
        let stream: JsValue = JsFuture::from(stream).await?;
        stream.dyn_into::<MediaStream>()
    };
    opened.await.map_err(|error: JsValue| {
        let name = Reflect::get(&error, &"name".into()).ok();
        let name = name.and_then(|name| name.as_string());
        match name.as_deref() {
            Some("NotAllowedError" | "SecurityError") => CameraFault::Refused,
            _ => CameraFault::Missing,
        }
    })
}

/// Makes an object of the browser's.
pub(super) fn object(entries: &[(&str, JsValue)]) -> Object {
    let object = Object::new();
    for (name, value) in entries {
        // A new object takes every property.
        let _ = Reflect::set(&object, &(*name).into(), value);
    }
    object
}

async fn pause() {
    let (ended, end) = oneshot::channel();
    Timeout::new(LOOK_PAUSE_MS, move || {
        // Nobody waits any more when the camera was closed.
        let _ = ended.send(());
    })
    .forget();
    // The sender lives as long as the timer.
    let _ = end.await;
}
