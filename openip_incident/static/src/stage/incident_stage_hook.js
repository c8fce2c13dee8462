import {useService} from "@web/core/utils/hooks";

/**
 * Move an incident to the stage that a user has pointed at.
 *
 * The server knows what leads there: it moves the incident, asks in a dialog where
 * that mails or needs something, or refuses. Nothing moves on the screen before it has answered.
 *
 * @returns {(resId: number, stageId: number, reload: () => Promise) => Promise}
 */
export function useIncidentStage() {
    const orm = useService("orm");
    const action = useService("action");
    return async (resId, stageId, reload) => {
        const result = await orm.call(
            "helpdesk.ticket",
            "action_incident_enter_dialog",
            [[resId], stageId]
        );
        if (result?.type) {
            await action.doAction(result, {onClose: reload});
        } else {
            await reload();
        }
    };
}
