//! Pictures as the browser makes them of SVG text: shown, and turned into PNG. Nothing is fetched: the
//! text holds all of it.

use std::rc::Rc;

use futures_channel::oneshot;
use hopscope_view::Scene;
use js_sys::{Array, Uint8Array};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, CanvasRenderingContext2d, HtmlCanvasElement, HtmlImageElement, Url};
use yew::prelude::*;

use crate::browser;
use crate::state::SessionCtx;

/// Longest side and largest area of a PNG, in pixels: what browsers draw without giving up.
const MOST: (f64, f64) = (16_384.0, 100_000_000.0);

/// An address of an SVG for this page; it ends with this value.
struct Address(String);

impl Address {
    fn of(svg: &str) -> Option<Self> {
        let options = BlobPropertyBag::new();
        options.set_type("image/svg+xml");
        let blob = Blob::new_with_str_sequence_and_options(&Array::of1(&svg.into()), &options).ok()?;
        Url::create_object_url_with_blob(&blob).ok().map(Self)
    }
}

impl Drop for Address {
    fn drop(&mut self) {
        // An address of this page can always be given back.
        let _ = Url::revoke_object_url(&self.0);
    }
}

/// The whole drawing of the open document, as pictures show it.
#[hook]
pub fn use_whole() -> Rc<Scene> {
    let session = use_context::<SessionCtx>();
    let revision = session.as_ref().map(|session| session.session.revision());
    use_memo(revision, |_| {
        let Some(SessionCtx { session, .. }) = session else { return Scene::default() };
        let document = session.document();
        Scene::build(document, session.network(), &hopscope_layout::layout(document))
    })
}

/// The bytes of a PNG, `scale` times as large as the SVG says; none where the browser cannot draw it.
pub async fn png(svg: &str, scale: u32) -> Option<Vec<u8>> {
    let address = Address::of(svg)?;
    let image = HtmlImageElement::new().ok()?;
    image.set_src(&address.0);
    JsFuture::from(image.decode()).await.ok()?;
    let width = f64::from(image.natural_width()) * f64::from(scale);
    let height = f64::from(image.natural_height()) * f64::from(scale);
    if width.max(height) > MOST.0 || width * height > MOST.1 || width * height < 1.0 {
        return None;
    }
    let canvas = browser::page()?.create_element("canvas").ok()?.dyn_into::<HtmlCanvasElement>().ok()?;
    canvas.set_width(image.natural_width() * scale);
    canvas.set_height(image.natural_height() * scale);
    let context = canvas.get_context("2d").ok()??.dyn_into::<CanvasRenderingContext2d>().ok()?;
    context.draw_image_with_html_image_element_and_dw_and_dh(&image, 0.0, 0.0, width, height).ok()?;
    let (sender, receiver) = oneshot::channel::<Option<Blob>>();
    let mut sender = Some(sender);
    let done = Closure::<dyn FnMut(JsValue)>::new(move |blob: JsValue| {
        if let Some(sender) = sender.take() {
            // Nobody waits any more when the page has gone elsewhere.
            let _ = sender.send(blob.dyn_into().ok());
        }
    });
    canvas.to_blob(done.as_ref().unchecked_ref()).ok()?;
    let blob = receiver.await.ok()??;
    let buffer = JsFuture::from(blob.array_buffer()).await.ok()?;
    Some(Uint8Array::new(&buffer).to_vec())
}

/// Properties of [`Picture`].
#[derive(Properties, PartialEq)]
pub struct PictureProps {
    /// A whole SVG.
    pub svg: AttrValue,
    /// What it shows, in words.
    pub alt: AttrValue,
    /// Its class.
    pub class: Classes,
}

/// An SVG as an image: what stands in it cannot reach the page.
#[component]
pub fn Picture(props: &PictureProps) -> Html {
    let shown = use_state(|| None::<AttrValue>);
    {
        let shown = shown.setter();
        use_effect_with(props.svg.clone(), move |svg| {
            let address = Address::of(svg);
            shown.set(address.as_ref().map(|address| address.0.clone().into()));
            move || drop(address)
        });
    }
    match &*shown {
        Some(address) => {
            html! { <img class={props.class.clone()} src={address.clone()} alt={props.alt.clone()} /> }
        }
        None => html! {},
    }
}
