import {registry} from "@web/core/registry";

const CHIPS = ".o-mail-RecipientsInput .o_tag";
const READERS = ".o-incident-Readers";

const remove = (name) => [
    {
        content: `Leave ${name} out`,
        trigger: `${CHIPS}:contains('${name}') .o_delete`,
        run: "click",
    },
    {
        content: "It is no recipient any more",
        trigger: `.o-mail-RecipientsInput:not(:contains('${name}'))`,
    },
];

const write = (text) => [
    {
        content: "Write",
        trigger: ".o-mail-Composer-input",
        run: `edit ${text}`,
    },
    {
        content: "Send",
        trigger: ".o-mail-Composer-send:enabled",
        run: "click",
    },
];

/** An agent writes to nobody outside, then to one party, and passes that on. */
registry.category("web_tour.tours").add("incident_recipients_tour", {
    steps: () => [
        {
            content: "Write a message",
            trigger: ".o-mail-Chatter-sendMessage:enabled",
            run: "click",
        },
        {
            content: "Both parties are proposed, and named above the editor",
            trigger: `${READERS}:contains('Chip customer (customer), Chip integrator (integrator)')`,
        },
        ...remove("Chip customer"),
        {
            content: "What one party reads is private",
            trigger: `${READERS}:contains('Not shown to Chip customer')`,
        },
        ...remove("Chip integrator"),
        {
            content: "Without anybody it stays inside, and the composer says so",
            trigger: `${READERS}:contains('Goes to colleagues only: nobody outside reads it')`,
        },
        ...write("Between us: they pay late"),
        {
            content: "So does the entry",
            trigger:
                ".o-mail-Message:contains('they pay late') .o-incident-Audience[data-kind='inside']:contains('Reached nobody outside')",
        },
        {
            content: "Log a note",
            trigger: ".o-mail-Chatter-logNote:enabled",
            run: "click",
        },
        {
            content: "A note says that it is one",
            trigger: `${READERS}:contains('Internal note: nobody outside reads it')`,
        },
        {
            content: "Write another message",
            trigger: ".o-mail-Chatter-sendMessage:enabled",
            run: "click",
        },
        {
            content: "Both are proposed again",
            trigger: `${READERS}:contains('Chip customer (customer), Chip integrator (integrator)')`,
        },
        ...remove("Chip customer"),
        ...write("Which port did you patch?"),
        {
            content:
                "The entry is the integrator's line, with its delivery; pass it on",
            trigger:
                ".o-mail-Message:contains('did you patch'):has(.o-incident-Deliveries:contains('Chip integrator')) .o-incident-Audience-passOn:contains('Pass on to Chip customer')",
            run: "click",
        },
        {
            content: "It is asked whether that is meant",
            trigger:
                ".modal:contains('1 mail leaves') .btn-primary:contains('Pass on')",
            run: "click",
        },
        {
            content: "Now both have it",
            trigger:
                ".o-mail-Message:contains('did you patch'):not(:has(.o-incident-Audience)) .o-incident-Deliveries:contains('Chip customer')",
        },
    ],
});
