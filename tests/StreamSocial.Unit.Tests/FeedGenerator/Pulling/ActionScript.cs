using CsCheck;
using StreamSocial.Events;
using StreamSocial.Events.Actions;
using static StreamSocial.Unit.Tests.FeedGenerator.Entries;

namespace StreamSocial.Unit.Tests.FeedGenerator.Pulling;

/// <summary>
/// What some users do to each other and take back, at times that mostly rise, often stand still and sometimes fall; if wanted, with repeated actions.
/// </summary>
internal static class ActionScript
{
    public static string NameOf(int user) => user == 0 ? "a/b;c=d é" : "user-" + user;

    public static IReadOnlyList<string> UsersOf(int users) => [.. Enumerable.Range(0, users).Select(NameOf)];

    /// <summary>Generates as many actions as the two limits allow, both included.</summary>
    public static Gen<UserAction[]> Create(int users, int fewest, int most, bool repeats = false, bool takesBack = false)
    {
        var steps = Gen.Select(
            // Low numbers are followed and act more often, so that some accounts are large and some are not.
            Gen.Select(Gen.Int[0, users - 1], Gen.Int[0, users - 1]).Select((a, b) => NameOf(Math.Min(a, b))),
            Gen.Int[0, users - 1].Select(NameOf),
            Gen.Frequency<ActionType>(
                (26, Gen.Const(ActionType.Follow)), (14, Gen.Const(ActionType.Unfollow)), (takesBack ? 12 : 0, Gen.Const(ActionType.Delete)),
                (takesBack ? 4 : 0, Gen.Const(ActionType.Block)), (takesBack ? 3 : 0, Gen.Const(ActionType.Unblock)),
                (60, Gen.Int[(int)ActionType.Post, (int)ActionType.Share].Select(type => (ActionType)type))),
            Gen.Frequency<int>((2, Gen.Const(0)), (1, Gen.Int[0, 19])),
            Gen.Frequency<int>((8, Gen.Int[-99, 0]), (2, Gen.Int[0, 49]), (90, Gen.Const(0))),
            Gen.Int[0, 999_999],
            repeats ? Gen.Frequency<int>((7, Gen.Const(0)), (1, Gen.Int[1, 40])) : Gen.Const(0));
        return steps.Array[fewest, most].Select(script =>
        {
            var now = 1_000_000L;
            var actions = new List<UserAction>();
            foreach (var (author, reader, type, advance, shift, number, repeated) in script)
            {
                now += advance;
                if (repeated > 0 && actions.Count > 0)
                    actions.Add(actions[^Math.Min(repeated, actions.Count)].Clone());
                else if (type == ActionType.Delete)
                    TakeBack(actions, number);
                else if (ActionTypes.Of(type).Names == ActionObject.User)
                    actions.Add(new(Action(type, reader, $"id-{number}-{actions.Count}", author)) { Purge = takesBack && type == ActionType.Unfollow && number % 4 == 0 });
                else
                    actions.Add(Action(type, author, $"id-{number}-{actions.Count}", at: now + shift));
            }

            return actions.ToArray();
        });
    }

    /// <summary>Takes back one of what was done to contents, mostly of the latest.</summary>
    private static void TakeBack(List<UserAction> actions, int number)
    {
        var done = actions.TakeLast(number % 3 == 0 ? actions.Count : 20).Where(action => ActionTypes.TakerBackOf(action.Type) is not null).ToList();
        if (done.Count == 0)
            return;
        var action = done[number % done.Count];
        var taker = ActionTypes.TakerBackOf(action.Type)!;
        actions.Add(new()
        {
            ActionId = $"id-{number}-{actions.Count}",
            Type = taker.Type,
            UserId = action.UserId,
            ContentId = taker.Names == ActionObject.Content ? action.ContentId : "",
            TargetActionId = taker.Names == ActionObject.OwnAction ? action.ActionId : "",
            OccurredAt = action.OccurredAt,
        });
    }
}
