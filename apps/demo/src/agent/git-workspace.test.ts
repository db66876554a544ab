import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { gitWorkspace } from './git-workspace.ts'

it('gitWorkspace distinguishes a repository, a linked working tree and a directory outside of a repository', () => {
  const directory = mkdtempSync(join(tmpdir(), 'codex-demo-git-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  mkdirSync(join(directory, 'repository', '.git'), { recursive: true })
  mkdirSync(join(directory, 'repository', 'src', 'deep'), { recursive: true })
  mkdirSync(join(directory, 'worktree'))
  writeFileSync(join(directory, 'worktree', '.git'), 'gitdir: ../repository/.git/worktrees/worktree\n')
  expect(gitWorkspace(join(directory, 'repository', 'src', 'deep'))).toEqual({ isGit: true, isWorktree: false })
  expect(gitWorkspace(join(directory, 'worktree'))).toEqual({ isGit: true, isWorktree: true })
  expect(gitWorkspace(directory)).toEqual({ isGit: false })
})
