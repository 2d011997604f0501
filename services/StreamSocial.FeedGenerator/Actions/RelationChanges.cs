using StreamSocial.Events;
using StreamSocial.Events.Actions;
using StreamSocial.FeedGenerator.Pulling;
using StreamSocial.Streams.Emitting;

namespace StreamSocial.FeedGenerator.Actions;

/// <summary>Applies who follows and who blocks whom, for the one of the two users whose key the action's record has.</summary>
internal sealed class RelationChanges(FollowerStore followers, FollowerStore leavers, BlockStore blocks, PullPublisher pulls, Notifier notifier)
{
    /// <param name="definition">What its type does.</param>
    /// <param name="action">The action.</param>
    /// <param name="seed">Of the entry: <see cref="FollowerStore.SeedOf"/>.</param>
    /// <param name="emitter">Receives the entries.</param>
    public void Apply(ActionDefinition definition, UserAction action, ulong seed, IEmitter emitter)
    {
        var (owner, other) = action.UnderActor ? (action.UserId, action.TargetUserId) : (action.TargetUserId, action.UserId);
        var blocker = action.UnderActor ? Blockers.Owner : Blockers.Other;
        switch (definition.FollowerChange)
        {
            case FollowerChange.Add:
                if (blocks.Of(owner, other) == Blockers.None && followers.Add(owner, other, seed))
                    Follow(definition, action, emitter);
                break;
            case FollowerChange.Remove:
                Leave(owner, other, action.Purge, seed, emitter);
                break;
            case FollowerChange.Block:
                blocks.Set(owner, other, blocks.Of(owner, other) | blocker);
                Leave(owner, other, purge: !action.UnderActor, seed, emitter);
                break;
            case FollowerChange.Unblock:
                blocks.Set(owner, other, blocks.Of(owner, other) & ~blocker);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(definition), definition.FollowerChange, "It changes nothing between users.");
        }
    }

    private void Follow(ActionDefinition definition, UserAction action, IEmitter emitter)
    {
        pulls.Join(action.TargetUserId, action.UserId, emitter);
        if (definition.Notification is { } notification)
            notifier.Notify(action.TargetUserId, notification, action, emitter);
    }

    /// <summary>Ends that one user follows another, and if wanted removes from the former's feed what the latter did.</summary>
    private void Leave(string author, string follower, bool purge, ulong seed, IEmitter emitter)
    {
        var left = followers.Remove(author, follower);
        if (left)
            pulls.Leave(author, follower, purge, emitter);
        if (!purge)
        {
            if (left)
                leavers.Add(author, follower, seed);
            return;
        }

        if (leavers.Remove(author, follower) || left)
            pulls.SendTo(follower, new() { AuthorId = author, Removal = Removal.Author }, emitter);
    }
}
