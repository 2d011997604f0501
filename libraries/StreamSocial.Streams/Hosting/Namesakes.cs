using System.Net.Sockets;
using StreamSocial.Kafka.Tables;
using StreamSocial.Streams.Membership;
using StreamSocial.Streams.Membership.Peers;

namespace StreamSocial.Streams.Hosting;

/// <summary>
/// Finds other processes that run under this member's name. Two of them would fence each other's checkpoints and overwrite each other's reports, and neither
/// would know why.
/// </summary>
/// <remarks>
/// A process lives if the log gets a new report of its run; no clock is asked, since those of two machines may differ. A run that ended without removing
/// its report is recognised by its address, where nobody listens any more, or by its silence.
/// </remarks>
internal sealed class Namesakes(MemberContext member, TopicTable<string, Member> reports, PeerAddresses addresses)
{
    private static readonly TimeSpan LeastSilence = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(1);

    /// <summary>Silence after which a run of the member has ended: as long as several reports take.</summary>
    private TimeSpan Silence => 3 * member.Options.ReportInterval is var several && several > LeastSilence ? several : LeastSilence;

    /// <summary>Whether another process has taken over this one's name.</summary>
    public bool HasSuccessor { get; private set; }

    /// <summary>Whether this process may join. If its name is taken, it ends; false, too, if it is to stop before that is known.</summary>
    /// <param name="own">The address of this process.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public async Task<bool> IsNameFreeAsync(Uri own, CancellationToken cancellationToken)
    {
        try
        {
            if (await FindAsync(own, cancellationToken) is not { } other)
                return true;
            member.Host.Fatal.Stop(
                $"A member named {member.Options.MemberId} already runs in group {member.Options.GroupId}, at {other.Endpoint}. Stop that one, or give this one a name of its own ({StreamsOptions.SectionName}:{nameof(StreamsOptions.MemberId)}).");
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Stopped while it still started.
        }

        return false;
    }

    /// <summary>Ends this process when another one takes over its name; returns then, or when it is cancelled.</summary>
    /// <param name="startedAt">When this run started, as it reports it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task EndWhenSucceededAsync(long startedAt, CancellationToken cancellationToken)
    {
        try
        {
            var other = await WaitForSuccessorAsync(startedAt, cancellationToken);
            HasSuccessor = true;
            member.Host.Fatal.Stop(
                $"Another process has started as member {member.Options.MemberId} of group {member.Options.GroupId}, at {other.Endpoint}, and goes on in its place.");
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The member leaves.
        }
    }

    private async Task<Member?> FindAsync(Uri own, CancellationToken cancellationToken)
    {
        var snapshot = await reports.WaitUntilCaughtUpAsync(cancellationToken);
        if (OtherRun(snapshot) is not { } first || await IsGoneAsync(first, own, cancellationToken))
            return null;
        using var silence = new CancellationTokenSource(Silence, member.Host.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, cancellationToken);
        try
        {
            while (true)
            {
                snapshot = await reports.WaitForNewerAsync(snapshot.Version, either.Token);
                // A run that leaves in good order removes its report.
                if (OtherRun(snapshot) is not { } latest)
                    return null;
                if (!latest.Equals(first))
                    return latest;
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    // Of two runs the one that started last goes on: the other one stood still when it was looked for, or both started in the same moment.
    private async Task<Member> WaitForSuccessorAsync(long startedAt, CancellationToken cancellationToken)
    {
        var (snapshot, hasReported) = (reports.Current, false);
        while (true)
        {
            // What is there before this run's first report is of a run that has ended.
            hasReported |= snapshot.Entries.TryGetValue(member.Options.MemberId, out var own) && own.RunId == member.RunId;
            if (hasReported && OtherRun(snapshot) is { RunId.Length: > 0 } other && (other.StartedAt, other.RunId).CompareTo((startedAt, member.RunId)) > 0)
                return other;
            snapshot = await reports.WaitForNewerAsync(snapshot.Version, cancellationToken);
        }
    }

    private Member? OtherRun(TableSnapshot<string, Member> snapshot) =>
        snapshot.Entries.TryGetValue(member.Options.MemberId, out var latest) && latest.RunId != member.RunId ? latest : null;

    /// <summary>Whether nobody listens at a run's address any more, or this process itself. False if that cannot be known.</summary>
    private async Task<bool> IsGoneAsync(Member other, Uri own, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(other.Endpoint, UriKind.Absolute, out var address) || !addresses.IsAllowed(address))
            return false;
        if (address == own)
            return true;
        using var timeout = new CancellationTokenSource(ProbeTimeout, member.Host.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            using var probe = new TcpClient();
            await probe.ConnectAsync(address.IdnHost, address.Port, either.Token);
            return false;
        }
        catch (SocketException exception)
        {
            return exception.SocketErrorCode == SocketError.ConnectionRefused;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
