//! The card of a service: purpose, layer, neighbours, limits, prices, and where notes and AWS differ.

use hopscope_view::catalogue::{Badge, Card, Charge, Fact};
use hopscope_view::text::cards as words;
use yew::prelude::*;

use crate::catalogue::{Found, use_catalogue};

/// Properties of [`CardOf`].
#[derive(Properties, PartialEq)]
pub struct CardProps {
    /// Kind of a component, or the slug of a service.
    pub slug: AttrValue,
}

/// The card of one component kind or service.
#[component]
pub fn CardOf(props: &CardProps) -> Html {
    match use_catalogue() {
        Found::Coming => html! { <p class="empty-note" role="status">{ words::COMING }</p> },
        Found::Missing(why) => html! { <p class="empty-note" role="alert">{ why }</p> },
        Found::Whole(catalogue) => match catalogue.card(&props.slug) {
            None => html! { <p class="empty-note">{ words::NO_CARD }</p> },
            Some(card) => html! { <article class="card">{ body(card) }</article> },
        },
    }
}

/// What stands on a card, below its name.
pub fn body(card: &Card) -> Html {
    let pair = |term: &'static str, text: &str| {
        html! {
            if !text.is_empty() {
                <dt>{ term }</dt>
                <dd>{ text.to_owned() }</dd>
            }
        }
    };
    html! {
        <>
            <p class="card-purpose">{ card.purpose.clone() }</p>
            <dl class="card-pairs">
                { pair(words::LAYER, &card.layer) }
                { pair(words::UPSTREAM, &card.upstream) }
                { pair(words::DOWNSTREAM, &card.downstream) }
                <dt>{ words::IPV6 }</dt>
                <dd><strong>{ words::ipv6(card.ipv6.support) }</strong>{ " " }{ card.ipv6.text.clone() }</dd>
            </dl>
            { list(words::LIMITS, card.limits.iter().map(|limit| said(&limit.text, &limit.rules))) }
            { list(words::PRICING, card.pricing.iter().map(charge)) }
            { list(words::NOTES_AND_AWS, card.notes.iter().map(badge)) }
            { list(words::GOOD_TO_KNOW, card.facts.iter().map(fact)) }
            <p class="inspector-docs">
                <a href={card.docs.clone()} target="_blank" rel="noopener noreferrer">{ words::PAGE }</a>{ " " }
                <span>{ words::checked(&card.checked) }</span>
            </p>
        </>
    }
}

fn list(heading: &'static str, rows: impl ExactSizeIterator<Item = Html>) -> Html {
    html! {
        if rows.len() > 0 {
            <section class="card-part" aria-label={heading}>
                <h4>{ heading }</h4>
                <ul>{ for rows }</ul>
            </section>
        }
    }
}

/// A sentence with the rules that say it.
fn said(text: &str, rules: &[String]) -> Html {
    html! {
        <li>
            { text.to_owned() }
            if !rules.is_empty() {
                { " " }<span class="card-rules">{ rules.join(", ") }</span>
            }
        </li>
    }
}

fn charge(charge: &Charge) -> Html {
    html! {
        <li>
            { words::charge(charge) }
            if !charge.note.is_empty() {
                { " " }<span class="card-note">{ charge.note.clone() }</span>
            }
            { " " }<span class="card-rules">{ charge.id.clone() }</span>
        </li>
    }
}

fn badge(badge: &Badge) -> Html {
    html! {
        <li class="card-badge">
            <span class="card-mark">{ words::difference(badge.verdict) }</span>
            <p><span class="card-who">{ words::NOTES_SAY }</span>{ " " }{ badge.notes_say.clone() }</p>
            <p><span class="card-who">{ words::AWS_SAYS }</span>{ " " }{ badge.aws_says.clone() }{ " " }<span class="card-rules">{ badge.id.clone() }</span></p>
        </li>
    }
}

fn fact(fact: &Fact) -> Html {
    html! {
        <li>
            { fact.text.clone() }
            if !fact.example.is_empty() {
                <pre tabindex="0">{ fact.example.clone() }</pre>
            }
            if !fact.starter.is_empty() {
                { " " }<a href={format!("#/s/{}", fact.starter)}>{ words::SEE_STARTER }</a>
            }
        </li>
    }
}
