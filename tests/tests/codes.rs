//! Presence that can be trusted, in real Chromium: two cameras, two phones without a network, the
//! host's code and the member's answer; a code that was passed on, one that was forged, and the ways
//! without a camera.

use serde_bytes::ByteArray;
use serde_json::json;
use shared::witness::{AnswerCode, HostCode};
use tests::browser::{Browser, Capture, Page};
use tests::film::Film;
use tests::story::{Phone, Stage, Told, bundle, card_says, open_activity, says};

/// A hall: the host's browser and the members', each with the film that its camera sees.
struct Hall {
    stage: Stage,
    host_sees: Film,
    members: Browser,
    member_sees: Film,
}

impl Hall {
    async fn open() -> Told<Self> {
        let (host_sees, member_sees) = (Film::new()?, Film::new()?);
        let hosts = Browser::launch_with_camera(host_sees.path()).await?;
        Ok(Self {
            stage: Stage::set_with(&bundle()?, hosts).await?,
            members: Browser::launch_with_camera(member_sees.path()).await?,
            host_sees,
            member_sees,
        })
    }

    /// The branch's coordinator, whose key stands in the calendar when this returns.
    async fn host(&self) -> Told<(Phone, Page, String)> {
        let phone = self.stage.phone().await?;
        let code = self.stage.persona("branch_coordinator").await?.code;
        let page = phone.enrol(&code).await?;
        let activity = open_activity(&page).await?;
        go_to(&page, &activity).await?;
        page.click_text("展示签到码").await?;
        shown_code(&page, "").await?;
        page.click_text("关闭").await?;
        says(&page, "未上传 0").await?;
        Ok((phone, page, activity))
    }

    async fn member(&self, key: &str) -> Told<(Phone, Page, String)> {
        let phone = self.stage.phone_in(&self.members).await?;
        let persona = self.stage.persona(key).await?;
        let page = phone.enrol(&persona.code).await?;
        Ok((phone, page, persona.name))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_phones_without_a_network_witness_each_other_and_a_passed_on_code_is_told_apart() -> Told
{
    let hall = Hall::open().await?;
    let (host, host_page, activity) = hall.host().await?;
    let (member, member_page, name) = hall.member("member_1").await?;
    let (friend, friend_page, friend_name) = hall.member("member_2").await?;
    for phone in [&host, &member, &friend] {
        phone.cable.cut().await;
    }

    // The code as it was five minutes ago, for the friend at home; then the one that stands now.
    host_page.eval(FIVE_MINUTES_AGO).await?;
    host_page.click_text("展示签到码").await?;
    let old = shown_code(&host_page, "").await?;
    host_page.eval(NOW).await?;
    let fresh = shown_code(&host_page, &old).await?;

    hall.member_sees.show(&fresh)?;
    let answer = scan(&member_page, &activity).await?;
    says(&member_page, "已保存").await?;
    says(&member_page, "请给签到员扫一下").await?;
    host_takes(&hall, &host_page, &answer, &name).await?;
    a_passed_on_code_is_recorded_and_says_so(&hall, &friend_page, &activity, &old).await?;

    for phone in [&host, &member, &friend] {
        phone.cable.mend();
    }
    host_page.click_text("关闭").await?;
    for page in [&host_page, &member_page, &friend_page] {
        says(page, "未上传 0").await?;
    }
    row_is(&host_page, &activity, &name, "a", &[]).await?;
    row_is(&host_page, &activity, &friend_name, "c", &["code_stale"]).await?;
    says(&host_page, "A 级").await?;
    says(&host_page, "C 级").await?;

    // Opened by the phones' own scanners, the same code and answer are known again.
    let opened = member.open(&path_of(&fresh)).await?;
    let again = answer_of(&opened).await?;
    assert_eq!(
        AnswerCode::parse(&again).map(|answer| answer.claim),
        AnswerCode::parse(&answer).map(|answer| answer.claim)
    );
    let opened = host.open(&path_of(&answer)).await?;
    says(&opened, &name).await?;
    says(&opened, "刚才已经扫过了").await
}

#[tokio::test(flavor = "multi_thread")]
async fn who_cannot_scan_types_the_six_digits() -> Told {
    let hall = Hall::open().await?;
    let (_host, host_page, activity) = hall.host().await?;
    let (member, page, name) = hall.member("member_1").await?;
    member.cable.cut().await;
    host_page.click_text("展示签到码").await?;
    let code = HostCode::parse(&shown_code(&host_page, "").await?).map_err(|code| code.as_str())?;
    let digits = format!("{:06}", code.digits());
    says(&host_page, &format!("{} {}", &digits[..3], &digits[3..])).await?;

    page.click(&format!(
        "[data-activity=\"{activity}\"] .by-code button:nth-of-type(2)"
    ))
    .await?;
    page.fill("dialog[open] input", "12345").await?;
    page.click("dialog[open] .button.primary").await?;
    says(&page, "签到码应当是六个数字。").await?;
    page.fill("dialog[open] input", &digits).await?;
    page.click("dialog[open] .button.primary").await?;
    card_says(&page, &activity, "已保存").await?;
    member.cable.mend();
    says(&page, "未上传 0").await?;
    host_page.click_text("关闭").await?;
    row_is(&host_page, &activity, &name, "d", &[]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_camera_does_not_open_a_photo_of_the_code_is_read() -> Told {
    let hall = Hall::open().await?;
    let (_host, host_page, activity) = hall.host().await?;
    host_page.click_text("展示签到码").await?;
    shown_code(&host_page, "").await?;
    let photos = tempfile::tempdir()?;
    let photo = photos.path().join("code.png");
    host_page.screenshot(&photo, Capture::Screen).await?;

    // A browser without a camera, which is what a refused one looks like to the page.
    let without_camera = Browser::launch().await?;
    let member = hall.stage.phone_in(&without_camera).await?;
    let persona = hall.stage.persona("member_1").await?;
    let page = member.enrol(&persona.code).await?;
    member.cable.cut().await;
    page.click(&format!("[data-activity=\"{activity}\"] .by-code button"))
        .await?;
    page.wait_for(
        "document.querySelector('dialog[open] .notice')",
        "the page to say that there is no camera",
    )
    .await?;
    let nothing = photos.path().join("nothing.png");
    page.screenshot(&nothing, Capture::Screen).await?;
    page.choose_file("dialog[open] .photo-input", &nothing)
        .await?;
    says(&page, "照片里没有认出二维码").await?;
    page.choose_file("dialog[open] .photo-input", &photo)
        .await?;
    answer_of(&page).await?;
    says(&page, "已保存").await?;
    page.click_text("完成").await?;
    member.cable.mend();
    says(&page, "未上传 0").await?;
    host_page.click_text("关闭").await?;
    says(&host_page, &persona.name).await
}

/// Scans what the members' camera sees, from the activity's card, and returns the answer.
async fn scan(page: &Page, activity: &str) -> Told<String> {
    page.click(&format!("[data-activity=\"{activity}\"] .by-code button"))
        .await?;
    answer_of(page).await
}

async fn answer_of(page: &Page) -> Told<String> {
    let answer = "document.querySelector('.answer')?.dataset.answer";
    let answer = page.wait_for_value(answer, "the answer").await?;
    Ok(answer.as_str().unwrap_or_default().to_owned())
}

/// The host's camera sees what is no answer, an answer to nothing, and the right one.
async fn host_takes(hall: &Hall, page: &Page, answer: &str, name: &str) -> Told {
    page.click_text("扫参加人的码").await?;
    hall.host_sees.show("https://example.com/menu")?;
    says(page, "这不是活动的签到码。").await?;
    let mut unknown = AnswerCode::parse(answer).map_err(|code| code.as_str())?;
    unknown.nonce = ByteArray::new([7; 8]);
    hall.host_sees.show(&unknown.to_text())?;
    says(page, "这不是对本机签到码的回应。").await?;
    hall.host_sees.show(answer)?;
    let named = format!(
        "document.querySelector('.taken-name')?.innerText === {}",
        json!(name)
    );
    page.wait_for(&named, "the member's name").await?;
    Ok(())
}

/// The camera sees what is no code, a forged one, and one of five minutes ago.
async fn a_passed_on_code_is_recorded_and_says_so(
    hall: &Hall,
    page: &Page,
    activity: &str,
    old: &str,
) -> Told {
    hall.member_sees.show("https://example.com/menu")?;
    page.click(&format!("[data-activity=\"{activity}\"] .by-code button"))
        .await?;
    says(page, "这不是活动的签到码。").await?;
    let mut forged = HostCode::parse(old).map_err(|code| code.as_str())?;
    forged.scan.counter += 1;
    hall.member_sees.show(&forged.to_text())?;
    says(page, "这个码不是签到员的手机出示的。").await?;
    hall.member_sees.show(old)?;
    says(page, "这个码已经过时了").await?;
    page.click_text("仍然记下这次签到").await?;
    answer_of(page).await?;
    says(page, "已保存").await?;
    Ok(page.click_text("完成").await?)
}

/// Goes to an activity's page without loading anything.
async fn go_to(page: &Page, activity: &str) -> Told {
    let go = format!(
        "history.pushState(null, '', '/activities/{activity}'); dispatchEvent(new PopStateEvent('popstate'))"
    );
    page.eval(&go).await?;
    Ok(())
}

/// Waits for a code other than `before` on the host's screen.
async fn shown_code(page: &Page, before: &str) -> Told<String> {
    let shown = format!(
        "(() => {{ const code = document.querySelector('.host-code-shown')?.dataset.code; return code !== {} && code; }})()",
        json!(before)
    );
    let code = page.wait_for_value(&shown, "a code").await?;
    Ok(code.as_str().unwrap_or_default().to_owned())
}

/// Waits until the attendance list has somebody with a grade and these flags.
async fn row_is(page: &Page, activity: &str, name: &str, grade: &str, flags: &[&str]) -> Told {
    let condition = format!(
        "fetch('/api/activities/{activity}/attendance').then((answer) => answer.json()).then((list) => {{
            const row = list.rows.find((row) => row.name === {});
            const flags = row.outcome.flags ?? [];
            return row.outcome.grade.toLowerCase() === {} && {}.every((flag) => flags.includes(flag));
        }})",
        json!(name),
        json!(grade),
        json!(flags),
    );
    let what = format!("{name} to have grade {grade} and {flags:?}");
    Ok(page.wait_for(&condition, &what).await?)
}

/// Returns the part of an address behind the origin.
fn path_of(address: &str) -> String {
    let path = address.splitn(4, '/').nth(3).unwrap_or_default();
    format!("/{path}")
}

const FIVE_MINUTES_AGO: &str =
    "globalThis.clock = Date.now; Date.now = () => globalThis.clock.call(Date) - 300_000";
const NOW: &str = "Date.now = globalThis.clock";
