//! `cargo xtask bench scan`: how long a camera's picture takes to be read on a slow phone (4× CPU
//! throttle, our own decoder in WebAssembly), and how soon after the camera was asked for the scan is
//! recorded and answered.
//!
//! Lines `name value unit`. The floor of a picture, `scan_floor_frame_ms`, is its pixels being drawn and
//! fetched and nothing read from them; that of the whole, `scan_floor_open_s`, is the camera's first
//! picture. Both from the same page, under the same throttle.

use std::time::Instant;

use serde_json::Value;
use tests::bench::median;
use tests::browser::{Browser, Page};
use tests::film::Film;
use tests::story::{Stage, Told, bundle, open_activity, says};

const CPU_SLOWDOWN: f64 = 4.0;
const FRAMES: usize = 20;
const SCANS: usize = 5;

#[tokio::main]
async fn main() -> Told {
    let film = Film::new()?;
    let browser = Browser::launch_with_camera(film.path()).await?;
    let stage = Stage::set_with(&bundle()?, browser).await?;
    let host = stage.phone().await?;
    let code = stage.persona("branch_coordinator").await?.code;
    let host_page = host.enrol(&code).await?;
    let activity = open_activity(&host_page).await?;
    host_page
        .eval(&format!(
            "history.pushState(null, '', '/activities/{activity}'); dispatchEvent(new PopStateEvent('popstate'))"
        ))
        .await?;
    host_page.click_text("展示签到码").await?;

    let phone = stage.phone().await?;
    let page = phone.enrol(&stage.persona("member_1").await?.code).await?;
    page.set_cpu_throttle(CPU_SLOWDOWN).await?;
    frames(&page, &film).await?;
    let mut scans = Vec::new();
    let mut last = String::new();
    for _ in 0..SCANS {
        last = next_code(&host_page, &last).await?;
        film.show(&last)?;
        scans.push(one_scan(&page).await?);
    }
    println!("scan_open_to_recognised_s {:.2} s", median(&mut scans));
    let floor = page.eval(FLOOR_OPEN).await?.as_f64();
    let floor_s = floor.ok_or("the floor has a duration")? / 1000.0;
    println!("scan_floor_open_s {floor_s:.2} s");
    Ok(())
}

/// How long a picture takes that holds something that looks like a code and is none of ours.
async fn frames(page: &Page, film: &Film) -> Told {
    film.show(&format!("https://example.com/{}", "x".repeat(300)))?;
    page.eval(WATCH_FRAMES).await?;
    page.click_text("扫码签到").await?;
    says(page, "这不是活动的签到码。").await?;
    let enough = format!("globalThis.frameTimes.length >= {FRAMES} && globalThis.frameTimes");
    let times = page.wait_for_value(&enough, "enough pictures").await?;
    println!("scan_frame_ms {:.1} ms", median(&mut numbers(&times)));
    let floor = page.eval(FLOOR_FRAME).await?;
    println!("scan_floor_frame_ms {:.1} ms", median(&mut numbers(&floor)));
    page.click_text("关闭").await?;
    Ok(())
}

/// From the tap to the answer on the screen: the camera opens, the code is read, verified and
/// recorded, and the answer signed.
async fn one_scan(page: &Page) -> Told<f64> {
    page.wait_for(
        "!document.querySelector('dialog.full-screen[open]')",
        "the sheet to be closed",
    )
    .await?;
    let began = Instant::now();
    page.click("main .button.primary").await?;
    page.wait_for("document.querySelector('.answer')", "the answer")
        .await?;
    let elapsed = began.elapsed().as_secs_f64();
    page.click_text("完成").await?;
    Ok(elapsed)
}

async fn next_code(page: &Page, before: &str) -> Told<String> {
    let shown = format!(
        "(() => {{ const code = document.querySelector('.host-code-shown')?.dataset.code; return code !== '{before}' && code; }})()"
    );
    let code = page.wait_for_value(&shown, "the next code").await?;
    Ok(code.as_str().unwrap_or_default().to_owned())
}

fn numbers(values: &Value) -> Vec<f64> {
    values
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_f64)
        .collect()
}

/// A look begins when the app fetches the pixels and ends when it lies down until the next.
const WATCH_FRAMES: &str = "(() => {
    globalThis.frameTimes = [];
    let began = null;
    const fetchPixels = CanvasRenderingContext2D.prototype.getImageData;
    CanvasRenderingContext2D.prototype.getImageData = function (...place) {
        began = performance.now();
        return fetchPixels.apply(this, place);
    };
    const wait = globalThis.setTimeout;
    globalThis.setTimeout = (work, ms, ...rest) => {
        if (began !== null && ms === 60) {
            globalThis.frameTimes.push(performance.now() - began);
            began = null;
        }
        return wait(work, ms, ...rest);
    };
})()";

const FLOOR_FRAME: &str = "(() => {
    const video = document.querySelector('video');
    const side = Math.min(video.videoWidth, video.videoHeight);
    const canvas = document.createElement('canvas');
    canvas.width = canvas.height = side;
    const context = canvas.getContext('2d', { willReadFrequently: true });
    return Array.from({ length: 20 }, () => {
        context.drawImage(video, 0, 0, side, side, 0, 0, side, side);
        const began = performance.now();
        context.getImageData(0, 0, side, side);
        return performance.now() - began;
    });
})()";

const FLOOR_OPEN: &str = "(async () => {
    const began = performance.now();
    const video = document.createElement('video');
    video.muted = true;
    video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { width: 1280, height: 720 } });
    await video.play();
    await new Promise((resolve) => video.requestVideoFrameCallback(resolve));
    const elapsed = performance.now() - began;
    for (const track of video.srcObject.getTracks()) track.stop();
    return elapsed;
})()";
