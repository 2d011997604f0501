using StreamSocial.Cli.Clients;

namespace StreamSocial.Cli.Drills.Measuring;

/// <summary>Notes what each attempt to post came to; the caller repeats what a client repeats.</summary>
/// <param name="log">Takes it. How long the answers took, repeats included, is in the result of the replay.</param>
/// <param name="ending">Cancelled when the posting itself ends.</param>
internal sealed class PostMonitor(RequestLog log, CancellationToken ending) : DelegatingHandler(new SocketsHttpHandler())
{
    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            var response = await base.SendAsync(request, cancellationToken);
            var verdict = ClientRules.Judge(response);
            if (verdict.Kind == VerdictKind.Repeat)
                log.AddRepeat(verdict.Reason);
            else if (verdict.Kind == VerdictKind.Error)
                log.AddError($"{request.RequestUri?.AbsolutePath} was answered {verdict.Reason}");
            else
                log.AddAnswer(TimeSpan.Zero);
            return response;
        }
        catch (Exception e) when (ClientRules.IsConnectionLost(e, ending))
        {
            log.AddRepeat(ClientRules.Describe(e));
            throw;
        }
    }
}
