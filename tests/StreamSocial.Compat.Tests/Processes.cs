namespace StreamSocial.Compat.Tests;

/// <summary>Whether processes live, as the kernel sees it.</summary>
internal static class Processes
{
    /// <summary>True unless it is gone or a zombie: nobody may be there to reap an orphan.</summary>
    public static bool Lives(int pid)
    {
        try
        {
            var status = File.ReadAllText($"/proc/{pid}/stat");
            return status[(status.LastIndexOf(')') + 2)..][0] is not ('Z' or 'X');
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
    }

    public static async Task WaitForEndAsync(int pid)
    {
        var deadline = TestApplication.Deadline();
        while (Lives(pid))
        {
            if (deadline.IsCancellationRequested)
                Assert.Fail($"Process {pid} still lives after {TestApplication.Patience}.");

            await Task.Delay(TimeSpan.FromMilliseconds(50), TestContext.Current.CancellationToken);
        }
    }
}
