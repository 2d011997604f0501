namespace Aspire.Hosting.Orchestration;

/// <summary>For tests: the lines are kept for <see cref="ApplicationModel.ResourceLoggerService"/> and shown nowhere.</summary>
internal sealed class SilentLineSink : IResourceLineSink
{
    public void Write(string resourceName, string content, bool isError)
    {
    }
}
