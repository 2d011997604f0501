namespace StreamSocial.Cli.Clients;

/// <summary>Asks as the guide for clients asks of every client: again while the answer says when to, or there is none, for as long as a client has patience.</summary>
internal static class PatientClient
{
    /// <param name="http">Asks.</param>
    /// <param name="address">What for.</param>
    /// <param name="onRepeat">Told why when the first repeat is due.</param>
    /// <param name="time">Clock and delays.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The first answer that is not repeated, which may be a refusal.</returns>
    /// <exception cref="HttpRequestException">The connection was refused or lost to the end.</exception>
    /// <exception cref="ToolException">Nothing was answered to the end.</exception>
    public static async Task<HttpResponseMessage> GetAsync(HttpClient http, Uri address, Action<string> onRepeat, TimeProvider time, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        for (var isFirst = true; ; isFirst = false)
        {
            Verdict verdict;
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            patience.CancelAfter(ClientRules.AnswerTimeout);
            try
            {
                var answer = await http.GetAsync(address, patience.Token);
                verdict = ClientRules.Judge(answer);
                if (verdict.Kind != VerdictKind.Repeat || IsTooLate(verdict.After))
                    return answer;
                answer.Dispose();
            }
            catch (Exception e) when (ClientRules.IsConnectionLost(e, cancellationToken))
            {
                if (IsTooLate(ClientRules.RepeatAfter))
                {
                    if (e is OperationCanceledException)
                        throw new ToolException($"{address} does not answer.", e);
                    throw;
                }

                verdict = new(VerdictKind.Repeat, ClientRules.RepeatAfter, ClientRules.Describe(e));
            }

            if (isFirst)
                onRepeat(verdict.Reason);
            await Task.Delay(verdict.After, time, cancellationToken);
        }

        bool IsTooLate(TimeSpan after) => time.GetElapsedTime(start) + after > ClientRules.RepeatFor;
    }
}
