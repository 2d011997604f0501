using StreamSocial.Events;
using static StreamSocial.Unit.Tests.FeedGenerator.Entries;

namespace StreamSocial.Unit.Tests.FeedGenerator.Pulling;

/// <summary>What some users do to each other, at times that mostly rise, often stand still and sometimes fall; if wanted, with an action repeated here and there.</summary>
internal sealed class ActionScript(int users, int seed, bool repeats = false)
{
    private readonly Random _random = new(seed);
    private long _now = 1_000_000;
    private readonly List<UserAction> _actions = [];

    public IReadOnlyList<string> Users { get; } = [.. Enumerable.Range(0, users).Select(NameOf)];

    public static string NameOf(int user) => user == 0 ? "a/b;c=d é" : "user-" + user;

    public UserAction Next()
    {
        var action = repeats && _actions.Count > 0 && _random.Next(8) == 0 ? _actions[^_random.Next(1, Math.Min(_actions.Count, 40) + 1)].Clone() : Create();
        _actions.Add(action);
        return action;
    }

    private UserAction Create()
    {
        var id = "id-" + _random.Next(1_000_000) + "-" + _actions.Count;
        // Low numbers are followed and act more often, so that some accounts are large and some are not.
        var author = Users[Math.Min(_random.Next(users), _random.Next(users))];
        if (_random.Next(100) < 40)
        {
            var reader = Users[_random.Next(users)];
            return Action(_random.Next(100) < 65 ? ActionType.Follow : ActionType.Unfollow, reader, id, author);
        }

        _now += _random.Next(3) == 0 ? _random.Next(20) : 0;
        var at = _random.Next(100) switch
        {
            < 8 => _now - _random.Next(100),
            < 10 => _now + _random.Next(50),
            _ => _now,
        };
        return Action((ActionType)_random.Next((int)ActionType.Post, (int)ActionType.Share + 1), author, id, at: at);
    }
}
