//! The server as phones, coordinators and strangers meet it over HTTP.

#[path = "http/attendance.rs"]
mod attendance;
#[path = "http/city.rs"]
mod city;
#[path = "http/claims.rs"]
mod claims;
#[path = "http/crowds.rs"]
mod crowds;
#[path = "http/devices.rs"]
mod devices;
#[path = "http/door.rs"]
mod door;
#[path = "http/enrolment.rs"]
mod enrolment;
#[path = "http/exports.rs"]
mod exports;
#[path = "http/matter_lists.rs"]
mod matter_lists;
#[path = "http/matters.rs"]
mod matters;
#[path = "http/oversight.rs"]
mod oversight;
#[path = "http/pages.rs"]
mod pages;
#[path = "http/photos.rs"]
mod photos;
#[path = "http/quotas.rs"]
mod quotas;
#[path = "http/strangers.rs"]
mod strangers;
#[path = "http/tokens.rs"]
mod tokens;
